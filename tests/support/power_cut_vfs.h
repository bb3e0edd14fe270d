// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::testing {

/// A disk in memory whose power can be cut: a file layer (SQLite VFS) under a name of its own, for
/// Options::engine_layer. It keeps for every file what was synced and what was written since; for the folder, which
/// names are durable and which are not yet. Connections of one process share a database on it with all of SQLite's
/// locks and a shared write-ahead log. Paths are names, no folder needs to exist. Thread-safe. Must outlive every
/// connection on it.
class PowerCutDisk {
public:
    explicit PowerCutDisk(std::uint64_t seed = 1);
    ~PowerCutDisk();
    PowerCutDisk(const PowerCutDisk&) = delete;
    PowerCutDisk& operator=(const PowerCutDisk&) = delete;

    [[nodiscard]] const std::string& name() const;

    /// The power goes. What was synced is there; each write, truncation, new name and removal since is dropped, kept,
    /// torn at 512 bytes or overtaken by later ones, as the seed decides. From here on every call fails, also of
    /// handles that threads are still using, until power_on(); files that were open stay dead for ever.
    void cut(std::uint64_t seed);
    /// The same as the nth call from now (1: the next) begins, whichever thread makes it.
    void cut_at(std::uint64_t nth, std::uint64_t seed);
    void power_on();

    enum class Fault {
        io_error,  // any call; of a failed sync some of the writes are lost although the next sync says yes
        full       // writing calls; a part of the data may have been written
    };
    /// Lets the nth call from now (1: the next) that the fault applies to fail; with `stays` all that follow too, until
    /// heal().
    void fail(Fault fault, std::uint64_t nth, bool stays = false);
    void heal();
    /// Whether the fault was met since fail().
    [[nodiscard]] bool has_failed() const;
    /// Nothing can be written or created; reading works.
    void set_read_only(bool read_only);

    /// Calls so far that Fault::io_error (all) or Fault::full (writing) could have met.
    [[nodiscard]] std::uint64_t calls() const;
    [[nodiscard]] std::uint64_t writing_calls() const;
    [[nodiscard]] std::uint64_t syncs() const;

    /// Files as a program sees them now, for arranging and judging tests.
    [[nodiscard]] std::optional<std::string> content(const std::string& path) const;
    [[nodiscard]] std::vector<std::string> files() const;
    /// Durable at once.
    void put(const std::string& path, std::string content);
    void remove(const std::string& path);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::testing
