// SPDX-License-Identifier: Apache-2.0
#include "dialect/zone.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace crossdock::dialect {
namespace {

constexpr std::size_t kLargestFile = 256U * 1024;

/// No path out of the folder, and nothing that a file system reads in a way of its own.
bool is_zone_name(std::string_view name) {
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string_view::npos)
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '-' || c == '+';
    });
}

std::string read_zone_file(const std::string& name) {
    std::vector<std::string> folders;
    if (const char* given = std::getenv("TZDIR"); given != nullptr && *given != '\0') folders.emplace_back(given);
#ifndef _WIN32
    folders.insert(folders.end(), {"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"});
#endif
    for (const std::string& folder : folders) {
        std::ifstream file(folder + "/" + name, std::ios::binary);
        if (!file) continue;
        std::string bytes(kLargestFile, '\0');
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
        if (bytes.starts_with("TZif")) return bytes;
    }
    return {};
}

/// Numbers of a zone file; what lies beyond its end reads as zero and is found out by ok().
class ZoneBytes {
public:
    explicit ZoneBytes(std::string_view bytes) : bytes_(bytes) {}
    [[nodiscard]] bool ok() const { return ok_; }
    void skip(std::size_t count) { take(count); }
    std::int64_t number(std::size_t width) {
        std::uint64_t value = 0;
        const auto bytes = take(width);
        for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
        // Two's complement of that width.
        const std::uint64_t sign = std::uint64_t{1} << (8 * width - 1);
        return static_cast<std::int64_t>((value ^ sign) - sign);
    }
    std::string_view rest() { return take(bytes_.size()); }

private:
    std::string_view take(std::size_t count) {
        if (count > bytes_.size()) ok_ = false;
        const auto taken = bytes_.substr(0, count);
        bytes_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view bytes_;
    bool ok_ = true;
};

struct ZoneHeader {
    std::size_t utc_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, letters = 0;
};

ZoneHeader read_header(ZoneBytes& in) {
    in.skip(20);  // "TZif", the version, fifteen bytes for later
    ZoneHeader header;
    for (std::size_t* count :
         {&header.utc_marks, &header.standard_marks, &header.leaps, &header.times, &header.types, &header.letters})
        *count = static_cast<std::size_t>(in.number(4)) & 0xFFFFFF;
    return header;
}

std::string nearest_zone(std::string_view name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kKnownZoneRules; ++i)
        for (std::string& one : split(kKnownZones[i].names, ' ')) {
            if (equals_ignoring_case(one, name)) return one;
            // "Berlin" alone is what people try first.
            if (const auto slash = one.rfind('/');
                slash != std::string::npos && equals_ignoring_case(one.substr(slash + 1), name))
                return one;
            names.push_back(std::move(one));
        }
    return nearest(name, names);
}

}  // namespace

Result<std::shared_ptr<const Zone>> Zone::find(std::string_view name) {
    std::shared_ptr<const Zone> zone;
    if (is_zone_name(name)) {
        const std::string text{name};
        zone = from_file(text, read_zone_file(text));
        for (std::size_t i = 0; i < kKnownZoneRules && !zone; ++i) {
            const auto names = split(kKnownZones[i].names, ' ');
            if (std::find(names.begin(), names.end(), text) != names.end()) zone = from_rule(text, kKnownZones[i].rule);
        }
    }
    if (zone) return zone;
    const std::string near = nearest_zone(name);
    return Error{ErrorKind::invalid, "zone_unknown",
                 "zone=" + to_valid_utf8(name.substr(0, 60)) + " is no time zone that this machine knows" +
                     (near.empty() ? "" : "; did you mean " + near + "?") +
                     "; write a name of the IANA time zones, such as Europe/Berlin, America/New_York or UTC"};
}

std::shared_ptr<const Zone> Zone::from_file(std::string name, std::string_view bytes) {
    if (bytes.size() < 44 || !bytes.starts_with("TZif") || bytes[4] < '2') return nullptr;
    ZoneBytes in(bytes);
    // The first part has 32 bits and is there for old readers; the second one is complete.
    const ZoneHeader old = read_header(in);
    in.skip(old.times * 5 + old.types * 6 + old.letters + old.leaps * 8 + old.standard_marks + old.utc_marks);
    const ZoneHeader header = read_header(in);
    if (!in.ok() || header.types == 0 || header.types > 256 || header.times > 10'000) return nullptr;
    auto zone = std::make_shared<Zone>();
    zone->name_ = std::move(name);
    for (std::size_t i = 0; i < header.times; ++i) zone->changes_.push_back(in.number(8));
    std::vector<std::size_t> kinds;
    for (std::size_t i = 0; i < header.times; ++i) kinds.push_back(static_cast<std::size_t>(in.number(1)) & 0xFF);
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < header.types; ++i) {
        offsets.push_back(in.number(4));
        in.skip(2);
    }
    zone->offsets_.push_back(offsets.front());
    for (const std::size_t kind : kinds) {
        if (kind >= offsets.size()) return nullptr;
        zone->offsets_.push_back(offsets[kind]);
    }
    in.skip(header.letters + header.leaps * 12 + header.standard_marks + header.utc_marks);
    const std::string_view footer = trim(in.rest());
    if (!in.ok() || !std::is_sorted(zone->changes_.begin(), zone->changes_.end())) return nullptr;
    if (!footer.empty()) {
        zone->rule_ = PosixZone::read(footer);
        if (!zone->rule_) return nullptr;
    }
    return zone;
}

std::shared_ptr<const Zone> Zone::from_rule(std::string name, std::string_view rule) {
    auto zone = std::make_shared<Zone>();
    zone->name_ = std::move(name);
    zone->offsets_.push_back(0);
    zone->rule_ = PosixZone::read(rule);
    return zone->rule_ ? zone : nullptr;
}

std::chrono::minutes Zone::offset_at(Timestamp at) const {
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    std::int64_t offset = 0;
    if (rule_ && (changes_.empty() || seconds >= changes_.back())) {
        offset = rule_->offset_at(seconds);
    } else {
        const auto after = std::upper_bound(changes_.begin(), changes_.end(), seconds);
        offset = offsets_[static_cast<std::size_t>(after - changes_.begin())];
    }
    return std::chrono::floor<std::chrono::minutes>(std::chrono::seconds{offset});
}

Timestamp Zone::instant_of(Timestamp local) const {
    // A day is longer than any offset: these are the offsets before and after whatever changes near that time.
    const auto before = offset_at(local - std::chrono::hours{24});
    const auto after = offset_at(local + std::chrono::hours{24});
    for (const auto offset : {std::max(before, after), std::min(before, after)})
        if (offset_at(local - offset) == offset) return local - offset;
    return local - before;
}

}  // namespace crossdock::dialect
