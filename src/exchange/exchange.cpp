// SPDX-License-Identifier: Apache-2.0
#include "exchange/exchange.h"

#include <algorithm>
#include <utility>

#include "platform/process.h"

namespace crossdock::exchange {
namespace {

constexpr const char* kOwnerFile = "work/hub.json";
constexpr std::chrono::milliseconds kLeastPatience = std::chrono::minutes{2};

}  // namespace

Exchange::Exchange(Surroundings surroundings, Plan plan, AccountId account)
    : around_(std::move(surroundings)),
      plan_(std::move(plan)),
      in_(around_, plan_, account),
      out_(around_, plan_, account),
      mine_{around_.installation, platform::host_name(), platform::process_id(), 0} {}

std::chrono::milliseconds Exchange::patience() const { return std::max(kLeastPatience, 5 * plan_.every); }

// Two hubs are kept apart without trusting a share's locks or clocks: each look writes a new number into a file.
// Whoever finds another's number that still changes stays away.
Status Exchange::hold() {
    auto& folder = around_.folder;
    std::optional<Owner> there;
    auto file = folder.open(kOwnerFile);
    if (file) {
        const auto text = (*file)->read(4096);
        if (!text) return text.error();
        there = read_owner(*text);
        file->reset();  // on Windows an open file is not replaced
    } else if (file.error().code != "file_missing") {
        return file.error();
    }
    const bool same_home = there && there->installation == mine_.installation && there->host == mine_.host;
    holds_ = written_ && there == mine_;
    if (there && !same_home) {
        const auto now = around_.clock.steady();
        if (other_ != there) {
            other_ = there;
            other_since_ = now;
        }
        if (now - other_since_ < patience()) {
            written_ = false;
            return Error{ErrorKind::conflict, "exchange_taken",
                         "another hub works in this folder: process " + std::to_string(there->pid) + " on " +
                             there->host + " (installation " + there->installation +
                             "); give each hub a folder of its own, or stop the other one"};
        }
    }
    other_.reset();
    ++mine_.beat;
    written_ = false;
    if (auto done = folder.write("work/hub.tmp", owner_text(mine_)); !done) return done;
    if (auto done = folder.move("work/hub.tmp", kOwnerFile); !done) return done;
    written_ = true;
    return ok();
}

Status Exchange::look() {
    waiting_ = false;
    auto& folder = around_.folder;
    // The folder itself is not made: on a share that is gone its place would fill the disk below.
    if (auto there = folder.list(""); !there) return there.error();
    for (const char* part : {"out", "in", "archive", "work", "work/in"})
        if (auto made = folder.make_folder(part); !made) return made;
    if (auto held = hold(); !held) return held;
    if (!holds_) {
        waiting_ = true;
        return ok();
    }
    if (auto taken = in_.look(); !taken) return taken;
    return out_.look();
}

void Exchange::let_go() {
    if (written_ || holds_) static_cast<void>(around_.folder.remove(kOwnerFile));
    written_ = holds_ = false;
}

}  // namespace crossdock::exchange
