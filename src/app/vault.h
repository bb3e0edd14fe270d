// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "connectors/connector.h"
#include "crypto/seal.h"
#include "db/database.h"

namespace crossdock::app {

/// The key that seals secrets in the database, kept in a file of its own (0600), made when it is first needed. Any thread.
class KeyFile {
public:
    KeyFile(std::filesystem::path path, Random& random) : path_(std::move(path)), random_(random) {}

    /// The key for sealing; makes the file when there is none. Errors: the file's, naming it.
    Result<crypto::SealingKey> get_or_make();
    /// The key for opening; none when there is no file. Errors: as above.
    Result<std::optional<crypto::SealingKey>> find();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    Result<std::optional<crypto::SealingKey>> read();

    std::filesystem::path path_;
    Random& random_;
    std::mutex mutex_;
    std::optional<crypto::SealingKey> key_;
};

/// The vault of one channel: sealed in the database. A secret whose key file is gone or another reads as none, and says so
/// in the log and among the channel's problems. Not inside a transaction.
std::unique_ptr<connectors::Vault> make_vault(db::Database& database, KeyFile& keys, ChannelId channel, const Clock& clock, Random& random);

}  // namespace crossdock::app
