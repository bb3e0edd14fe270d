// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace crossdock::platform {

/// Keeps every other crossdock away from a database, by a system lock on `<database>.lock`. The system lets go of it
/// when the process ends in whatever way; the file itself stays, because deleting it would let two in. Inside stand the
/// owner's process id and where it listens, for messages and for commands that talk to the running hub.
class InstanceLock {
public:
    struct Owner {
        std::int64_t pid = 0;  // 0: not known
        std::string listen;    // "127.0.0.1:8080"; empty while it does not listen yet
    };

    /// Errors: conflict `locked` (the message names the owner's process id and address), invalid `lock_file` when the
    /// file cannot be made (the message says what to do).
    static Result<InstanceLock> take(const std::filesystem::path& database);
    InstanceLock(InstanceLock&& other) noexcept;
    InstanceLock& operator=(InstanceLock&&) = delete;
    ~InstanceLock();

    /// Tells others where we listen. Throws std::runtime_error when the disk does not take it.
    void set_listen(const std::string& listen);
    [[nodiscard]] const std::filesystem::path& file() const;

    /// Who holds the database now; nothing when nobody does.
    static std::optional<Owner> owner_of(const std::filesystem::path& database);
    /// What take() would say if somebody holds the database now; nothing when nobody does. Makes no file.
    static std::optional<Error> objection(const std::filesystem::path& database);

private:
    struct Impl;
    explicit InstanceLock(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::platform
