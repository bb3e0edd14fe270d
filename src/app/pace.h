// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::app {

/// Work that takes minutes or hours, for people: a back-fill, a backup.
struct LongWork {
    std::string what;     // "reading all orders"
    std::string channel;  // code; empty: of the hub itself
    std::int64_t done = 0;
    std::int64_t all = 0;                      // 0: not known
    bool waits = false;                        // for the channel
    std::optional<std::chrono::seconds> left;  // an estimate

    [[nodiscard]] std::string name() const { return channel + ": " + what; }
};
/// "41 % · about 12 min left", "45000 so far", "the channel is making its list".
std::string words_of(const LongWork& work);
/// "about 12 min", "about 3 h", "less than a minute".
std::string length_in_words(std::chrono::seconds length);

/// How fast work got on lately, from how far it was when. One thread at a time.
class Pace {
public:
    /// Looks at all work under way; what is not among it any more is forgotten. `steady` never jumps.
    void look(const std::vector<LongWork>& all, std::chrono::milliseconds steady);
    /// Fills in what is left, where it is known how much there is and how fast it goes.
    void estimate(LongWork& work) const;

private:
    struct Sample {
        std::chrono::milliseconds at{0};
        std::int64_t done = 0;
    };
    std::map<std::string, std::deque<Sample>> samples_;
};

}  // namespace crossdock::app
