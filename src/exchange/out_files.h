// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/in_files.h"
#include "exchange/manifest.h"

namespace crossdock::exchange {

/// Gives out what changed, in the order of the hub's own commits. A file is first reserved in the database, with its
/// number and all its content; then it is put into `out/`, its manifest behind it; then the database forgets the
/// content. Whatever ends the hub in between, the next look writes the same bytes under the same name again; but when a
/// buyer in it was erased since, the file of that name and number is made of the rows as they are now.
class OutFiles {
public:
    OutFiles(Surroundings surroundings, const Plan& plan, AccountId account);

    /// Gives out all there is. Errors: those of the folder. Throws db::Failure.
    Status look();
    /// Files given out since the start.
    [[nodiscard]] std::int64_t files() const { return files_; }
    /// Data files that lie in `out/` and were not fetched, as of the last look.
    [[nodiscard]] std::int64_t unfetched() const { return unfetched_; }

private:
    [[nodiscard]] bool stopped() const { return around_.stop != nullptr && *around_.stop; }
    Status read_numbers_given();
    Status write_waiting();
    Status write(const store::FileOut& file);
    Status make_anew(store::FileOut file);
    /// A kind of file: all orders, or one channel's refunds.
    struct Kind {
        std::string name;
        std::optional<ChannelId> refunds_of;
    };
    std::vector<Kind> kinds();
    bool reserve(const Kind& kind);

    Surroundings around_;
    const Plan& plan_;
    const AccountId account_;
    Numbers given_;  // in this folder
    std::int64_t files_ = 0, unfetched_ = 0;
};

}  // namespace crossdock::exchange
