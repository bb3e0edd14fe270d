// SPDX-License-Identifier: Apache-2.0
// Narrow text is UTF-8 in this program, on Windows as elsewhere. libstdc++ turns it into UTF-16 and back, for
// std::filesystem::path above all, by the C library's functions below, which follow a locale; Microsoft's older library has
// no locale that is UTF-8, and in its "C" locale each byte would become a character. So these functions are ours
// (cmake/Library.cmake makes the linker take them). A character beyond the first 65,536 is two units of UTF-16; the second
// waits in the state, as the C standard provides for.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <cwchar>

namespace {

constexpr std::size_t kInvalid = static_cast<std::size_t>(-1);
constexpr std::size_t kIncomplete = static_cast<std::size_t>(-2);

std::size_t invalid() {
    errno = EILSEQ;
    return kInvalid;
}

std::uint32_t waiting_in(const std::mbstate_t* state) {
    std::uint32_t unit = 0;
    if (state != nullptr) std::memcpy(&unit, state, sizeof unit);
    return unit;
}

void keep_in(std::mbstate_t* state, std::uint32_t unit) {
    static_assert(sizeof(std::mbstate_t) >= sizeof unit);
    if (state != nullptr) std::memcpy(state, &unit, sizeof unit);
}

/// How many bytes the character has that begins with this one; 0 when none does.
std::size_t length_of(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// Reads a whole character of `size` bytes; 0xFFFFFFFF when they are none.
std::uint32_t read_character(const unsigned char* at, std::size_t size) {
    static constexpr std::uint32_t kSmallest[]{0, 0, 0x80, 0x800, 0x10000};
    static constexpr unsigned kFirstBits[]{0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t character = at[0] & kFirstBits[size];
    for (std::size_t i = 1; i < size; ++i) {
        if ((at[i] & 0xC0U) != 0x80) return 0xFFFFFFFFU;
        character = character << 6U | (at[i] & 0x3FU);
    }
    const bool surrogate = character >= 0xD800 && character < 0xE000;
    return character < kSmallest[size] || surrogate || character > 0x10FFFF ? 0xFFFFFFFFU : character;
}

}  // namespace

extern "C" {

std::size_t mbrtowc(wchar_t* into, const char* from, std::size_t size, std::mbstate_t* state) {
    static std::mbstate_t own{};
    if (state == nullptr) state = &own;
    if (from == nullptr) {
        keep_in(state, 0);
        return 0;
    }
    if (size == 0) return kIncomplete;
    if (const std::uint32_t second = waiting_in(state); second != 0) {
        // The last byte of the four was left for this unit.
        keep_in(state, 0);
        if (into != nullptr) *into = static_cast<wchar_t>(second);
        return 1;
    }
    unsigned char bytes[4]{};
    std::memcpy(bytes, from, size < 4 ? size : 4);
    const std::size_t length = length_of(bytes[0]);
    if (length == 0) return invalid();
    if (size < length) return kIncomplete;
    const std::uint32_t character = read_character(bytes, length);
    if (character == 0xFFFFFFFFU) return invalid();
    if (character < 0x10000) {
        if (into != nullptr) *into = static_cast<wchar_t>(character);
        return character == 0 ? 0 : length;
    }
    if (into != nullptr) *into = static_cast<wchar_t>(0xD800 + ((character - 0x10000) >> 10U));
    keep_in(state, 0xDC00 + (character & 0x3FFU));
    return 3;
}

std::size_t wcrtomb(char* into, wchar_t unit, std::mbstate_t* state) {
    static std::mbstate_t own{};
    if (state == nullptr) state = &own;
    if (into == nullptr) {
        keep_in(state, 0);
        return 1;
    }
    std::uint32_t character = unit;
    const std::uint32_t first = waiting_in(state);
    const bool is_second = character >= 0xDC00 && character < 0xE000;
    if ((first != 0) != is_second) return invalid();
    if (first != 0) {
        character = 0x10000 + ((first - 0xD800) << 10U) + (character - 0xDC00);
        keep_in(state, 0);
    } else if (character >= 0xD800 && character < 0xDC00) {
        keep_in(state, character);
        return 0;
    }
    const auto put = [&](std::size_t at, std::uint32_t byte) { into[at] = static_cast<char>(byte); };
    if (character < 0x80) {
        put(0, character);
        return 1;
    }
    if (character < 0x800) {
        put(0, 0xC0 | character >> 6U);
        put(1, 0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        put(0, 0xE0 | character >> 12U);
        put(1, 0x80 | (character >> 6U & 0x3F));
        put(2, 0x80 | (character & 0x3F));
        return 3;
    }
    put(0, 0xF0 | character >> 18U);
    put(1, 0x80 | (character >> 12U & 0x3F));
    put(2, 0x80 | (character >> 6U & 0x3F));
    put(3, 0x80 | (character & 0x3F));
    return 4;
}

// Nobody calls these here; but whoever did would get the C library's file that has all of them, and two of each.
std::size_t mbrlen(const char* from, std::size_t size, std::mbstate_t* state) { return mbrtowc(nullptr, from, size, state); }

std::size_t mbsrtowcs(wchar_t* into, const char** from, std::size_t count, std::mbstate_t* state) {
    for (std::size_t done = 0;; ++done) {
        if (into != nullptr && done == count) return done;
        wchar_t unit = 0;
        const std::size_t size = mbrtowc(&unit, *from, 4, state);
        if (size == kInvalid || size == kIncomplete) return kInvalid;
        if (into != nullptr) into[done] = unit;
        if (size == 0) {
            *from = nullptr;
            return done;
        }
        *from += size;
    }
}

std::size_t wcsrtombs(char* into, const wchar_t** from, std::size_t count, std::mbstate_t* state) {
    for (std::size_t done = 0;;) {
        char bytes[4];
        const std::size_t size = wcrtomb(bytes, **from, state);
        if (size == kInvalid) return kInvalid;
        if (into != nullptr && done + size > count) return done;
        if (into != nullptr) std::memcpy(into + done, bytes, size);
        if (**from == L'\0') {
            *from = nullptr;
            return done;
        }
        done += size;
        ++*from;
    }
}
}
