// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Parsers that meet the network, each behind a function that takes any bytes at all. libFuzzer feeds it what it
/// invents; the replay test feeds it the corpus (corpus/<name>/), which holds seeds and past findings.
namespace crossdock::fuzz {

struct Target {
    std::string_view name;
    /// Throws BrokenPromise, or whatever the code under test lets out, when something is wrong.
    void (*run)(std::string_view input);
};

/// All of them.
std::span<const Target> targets();
/// The one of that name; none when there is no such.
const Target* find_target(std::string_view name);

/// A promise about the parser was not kept.
struct BrokenPromise {
    std::string what;
};
/// `promise` says what should have been true.
inline void check(bool holds, const char* promise) {
    if (!holds) throw BrokenPromise{promise};
}
/// The same with the two values that should have been one.
void check_same(std::string_view one, std::string_view other, const char* promise);

/// Takes an input apart: words of a line in front, bytes behind, so that seeds can be read and written by hand.
class Input {
public:
    explicit Input(std::string_view bytes) : rest_(bytes) {}
    /// Up to the next line feed, which is gone then.
    std::string_view line();
    /// The number a line begins with, from 0 to `most`; anything else is some number, too.
    std::size_t number(std::size_t most);
    /// Which of the words a line is; a line that is none is one all the same.
    std::size_t choice(std::span<const std::string_view> words);
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace crossdock::fuzz
