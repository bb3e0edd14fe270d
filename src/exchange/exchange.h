// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exchange/in_files.h"
#include "exchange/out_files.h"
#include "exchange/plan.h"

namespace crossdock::exchange {

/// One folder: `out/` for the ERP, `in/` from it, `archive/` of what was taken, `work/` for the hub alone. One thread
/// at a time.
class Exchange {
public:
    Exchange(Surroundings surroundings, Plan plan, AccountId account);

    /// Looks once: takes what is complete, gives out what changed. Only after two looks, because who works in the
    /// folder first says so and then finds that nobody has contradicted. Errors: those of the folder, and conflict
    /// `exchange_taken` (another hub works there; the message names it).
    Status look();
    /// Something is to be done that this look could not do yet.
    [[nodiscard]] bool is_waiting() const { return waiting_ || in_.is_waiting(); }
    /// Whether the folder is ours.
    [[nodiscard]] bool holds() const { return holds_; }
    /// Leaves the folder to others. What fails is no harm: they wait a little.
    void let_go();
    [[nodiscard]] const InFiles& in() const { return in_; }
    [[nodiscard]] const OutFiles& out() const { return out_; }

    /// Another hub that was not heard of for so long is gone.
    [[nodiscard]] std::chrono::milliseconds patience() const;

private:
    Status hold();

    Surroundings around_;
    const Plan plan_;
    InFiles in_;
    OutFiles out_;
    Owner mine_;
    std::optional<Owner> other_;
    std::chrono::milliseconds other_since_{0};  // steady
    bool holds_ = false, waiting_ = false, written_ = false;
};

}  // namespace crossdock::exchange
