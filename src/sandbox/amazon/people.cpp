// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/people.h"

#include <array>

namespace crossdock::sandbox::amazon {
namespace {

struct Place {
    const char *city, *state, *postal_code;
};
template <std::size_t N>
const auto& pick(const std::array<const char*, N>& from, std::uint64_t h) {
    return from[h % N];
}

}  // namespace

Person buyer_of(const Order& order) {
    constexpr std::array kFirst = {"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Tim"};
    constexpr std::array kLast = {"Miller", "O'Brien", "Garc\u00eda", "Smith-Jones", "Nakamura", "Lindstr\u00f6m"};
    constexpr std::array kFirstDe = {"J\u00fcrgen", "Anke", "Wolfgang", "S\u00f6ren"};
    constexpr std::array kLastDe = {"M\u00fcller", "Gro\u00df", "Schr\u00f6der", "von der Heide"};
    constexpr std::array kNamesJp = {"\u5c71\u7530 \u592a\u90ce", "\u4f50\u85e4 \u82b1\u5b50",
                                     "\u9234\u6728 \u4e00\u90ce"};
    const std::uint64_t h = order.seed;
    const std::string_view country = order.store->country;
    Person person;
    person.country = order.store->country;
    const std::string house = std::to_string(1 + (h >> 5U) % 240);
    if (country == "JP") {
        person.name = pick(kNamesJp, h);
        person.line1 = "\u4e38\u306e\u5185" + house + "-1";
        person.city = "\u5343\u4ee3\u7530\u533a";
        person.state = "\u6771\u4eac\u90fd";
        person.postal_code = "100-0005";
        person.phone = "0312345678";
    } else if (order.store->tax_inside) {
        person.name = std::string(pick(kFirstDe, h)) + " " + pick(kLastDe, h >> 3U);
        person.line1 = country == "GB" ? house + " Oak Avenue" : "Hauptstra\u00dfe " + house;
        person.city = country == "GB" ? "London" : "K\u00f6ln";
        person.state = country == "GB" ? "Greater London" : "";
        person.postal_code = country == "GB" ? "SW1A 1AA" : "50667";
        person.phone = country == "GB" ? "+44 20 7946 0958" : "+49 221 1234567";
    } else {
        constexpr std::array<Place, 4> kPlaces{{{"Springfield", "IL", "62701"},
                                                {"Seattle", "WA", "98121-2778"},
                                                {"Holtsville", "NY", "00501"},  // a leading zero to lose
                                                {"San Juan", "PR", "00907"}}};
        const Place& place = kPlaces[(h >> 9U) % kPlaces.size()];
        person.name = std::string(pick(kFirst, h)) + " " + pick(kLast, h >> 3U);
        person.line1 = house + " Dock Road";
        person.city = place.city;
        person.state = place.state;
        person.postal_code = place.postal_code;
        person.phone = "+1 480-386-0930 ext. " + std::to_string(10'000 + h % 90'000);
    }
    if (h % 4 == 1) person.line2 = country == "DE" ? "Hinterhaus, 2. OG" : "Apt. " + std::to_string(1 + h % 40);
    if (order.business) person.company = "Acme " + std::to_string(h % 100) + " Ltd.";
    // A relay address, different for each pair of buyer and seller.
    person.email =
        "b" + std::to_string(h % 1'000'000'007) + "@marketplace" + std::string(order.store->domain).substr(3);
    return person;
}

}  // namespace crossdock::sandbox::amazon
