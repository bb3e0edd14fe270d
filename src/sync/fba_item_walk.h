// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "domain/fba.h"
#include "store/fba_repo.h"

namespace crossdock::sync {

/// One walk through the pages of a shipment's items, and what ends it. Amazon answers the list by shipment with a
/// freshly signed token for ever, and with the same items each time; an unguarded hub once queued 60 000 jobs over it.
/// Of the four defences the connector has the first (MarketplaceId on every page) and item_key the second; here are the
/// third (a token that comes twice), the fourth (a page without anything new that still has a token) and the last
/// resort (ten pages). Its memory travels in the job's cursor, together with how often the current call was throttled.
class FbaItemWalk {
public:
    static constexpr int kMaxPages = 10;
    /// Amazon's pages hold so many: a first page that is full may have a continuation, on its other list.
    static constexpr std::size_t kFullPage = 200;

    FbaItemWalk() = default;
    /// Goes on where a job's cursor left off, if that is about this shipment; else starts.
    static FbaItemWalk resume(std::string_view cursor, FbaShipmentId shipment);
    [[nodiscard]] std::string cursor() const;

    enum class Step {
        next_page,
        whole,       // every page was served
        spinning,    // the pages lead nowhere: what was served is all there is
        sibling,     // the same, but the first page was full: go on through the other list with its token
        incomplete,  // the other list led nowhere, too: what was served may not be all
        broken       // nothing that could be shown
    };
    struct Verdict {
        Step step = Step::whole;
        std::string why;  // of all but whole, next_page
    };
    /// Looks at a page that was stored: how many items it served, how many of them were new, where it leads.
    Verdict look(std::size_t served, std::int64_t fresh, const std::string& next_token);

    /// The same place after one more throttled call.
    [[nodiscard]] FbaItemWalk throttled(int tries) const {
        FbaItemWalk walk = *this;
        walk.tries_ = tries;
        return walk;
    }

    [[nodiscard]] FbaShipmentId shipment() const { return shipment_; }
    [[nodiscard]] const std::string& token() const { return token_; }
    [[nodiscard]] bool on_sibling() const { return sibling_; }
    /// The number of the page that is asked for, over both lists; from 1.
    [[nodiscard]] std::int64_t page() const { return pages_ + 1; }
    [[nodiscard]] int tries() const { return tries_; }

private:
    Verdict spin(const std::string& why);
    bool came_before(const std::string& token);

    FbaShipmentId shipment_;
    std::string token_, first_token_;
    bool sibling_ = false, full_ = false;
    std::int64_t pages_ = 0;
    int pages_of_list_ = 0;
    int tries_ = 0;
    std::vector<std::string> seen_;  // hashes of the tokens of this list
};

/// Tells two items of a shipment apart: by sku, quantities and fulfilment sku, as the contract has it.
store::FbaRepo::Item to_item(std::string_view payload);
/// False when the item says that it is of another shipment: the sibling list is one of all shipments.
bool is_item_of(std::string_view payload, std::string_view shipment_id);

}  // namespace crossdock::sync
