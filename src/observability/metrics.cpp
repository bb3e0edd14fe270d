// SPDX-License-Identifier: Apache-2.0
#include "observability/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace crossdock::metrics {
namespace {

constexpr std::size_t kMaxSeries = 1000;
constexpr std::string_view kOverflow = "overflow=\"true\"";

bool is_name(std::string_view text, bool colon_allowed) {
    const auto letter = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon_allowed && c == ':');
    };
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
}

// `a="1",b="2"`, sorted, so that the order in which labels are given does not matter.
std::string render_labels(Labels labels) {
    std::sort(labels.begin(), labels.end());
    std::string text;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto& [name, value] = labels[i];
        if (!is_name(name, false) || name == "le") throw std::logic_error("not a metric label: " + name);
        if (i > 0 && labels[i - 1].first == name) throw std::logic_error("metric label given twice: " + name);
        if (!text.empty()) text += ',';
        text += name + "=\"";
        append_escaped(text, value, true);
        text += '"';
    }
    return text;
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} ? std::string{digits.data(), end} : "NaN";
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                   std::string_view more_labels, std::string_view value) {
    out += name;
    out += suffix;
    if (!labels.empty() || !more_labels.empty()) {
        out += '{';
        out += labels;
        if (!labels.empty() && !more_labels.empty()) out += ',';
        out += more_labels;
        out += '}';
    }
    out += ' ';
    out += value;
    out += '\n';
}

template <class Metric, class... Arguments>
Metric& find_or_make(std::map<std::string, std::unique_ptr<Metric>>& series, std::string labels,
                     const Arguments&... arguments) {
    auto at = series.find(labels);
    if (at == series.end()) {
        // A label that turns out to be unbounded must not eat the memory.
        if (series.size() >= kMaxSeries) labels = kOverflow;
        at = series.try_emplace(std::move(labels)).first;
        if (!at->second) at->second = std::make_unique<Metric>(arguments...);
    }
    return *at->second;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), buckets_(bounds.size() + 1) {
    if (!std::is_sorted(bounds_.begin(), bounds_.end())) throw std::logic_error("histogram bounds are not sorted");
}

void Histogram::observe(double value) {
    const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
    Snapshot snapshot{bounds_, {}, sum_.load(std::memory_order_relaxed)};
    std::uint64_t count = 0;
    for (const auto& bucket : buckets_) {
        count += bucket.load(std::memory_order_relaxed);
        snapshot.cumulative.push_back(count);
    }
    return snapshot;
}

std::span<const double> latency_bounds() {
    static constexpr std::array kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
    return kBounds;
}

Registry::Family& Registry::family(std::string_view name, std::string_view help, Type type) {
    auto at = families_.find(name);
    if (at == families_.end()) {
        if (!is_name(name, true)) throw std::logic_error("not a metric name: " + std::string{name});
        at = families_.try_emplace(std::string{name}).first;
        at->second.type = type;
        at->second.help = help;
    }
    if (at->second.type != type) throw std::logic_error("metric with two types: " + std::string{name});
    return at->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
    std::string rendered = render_labels(labels);
    const std::lock_guard lock{mutex_};
    return find_or_make(family(name, help, Type::counter).counters, std::move(rendered));
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    std::string rendered = render_labels(labels);
    const std::lock_guard lock{mutex_};
    return find_or_make(family(name, help, Type::gauge).gauges, std::move(rendered));
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, const Labels& labels,
                               std::span<const double> bounds) {
    std::string rendered = render_labels(labels);
    const std::lock_guard lock{mutex_};
    return find_or_make(family(name, help, Type::histogram).histograms, std::move(rendered), bounds);
}

void Registry::collected(std::string_view name, std::string_view help, Type type,
                         std::function<std::vector<Sample>()> collect) {
    const std::lock_guard lock{mutex_};
    family(name, help, type).collect = std::move(collect);
}

void Registry::gauge_from(std::string_view name, std::string_view help, std::function<std::vector<Sample>()> collect) {
    collected(name, help, Type::gauge, std::move(collect));
}

void Registry::counter_from(std::string_view name, std::string_view help,
                            std::function<std::vector<Sample>()> collect) {
    collected(name, help, Type::counter, std::move(collect));
}

std::string Registry::render() const {
    // Collectors run outside the lock: they may be slow, and may count something themselves.
    std::map<std::string, std::function<std::vector<Sample>()>> collectors;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [name, family] : families_) {
            if (family.collect) collectors.emplace(name, family.collect);
        }
    }
    std::map<std::string, std::map<std::string, double>> samples;
    for (const auto& [name, collect] : collectors) {
        try {
            std::map<std::string, double> found;
            for (const Sample& sample : collect()) found[render_labels(sample.labels)] = sample.value;
            samples[name] = std::move(found);
        } catch (const std::exception&) {
            samples.erase(name);  // the other figures matter more than this one
        }
    }

    std::string out;
    const std::lock_guard lock{mutex_};
    for (const auto& [name, family] : families_) {
        out += "# HELP " + name + " ";
        append_escaped(out, family.help, false);
        out += "\n# TYPE " + name +
               (family.type == Type::counter ? " counter\n"
                : family.type == Type::gauge ? " gauge\n"
                                             : " histogram\n");
        for (const auto& [labels, counter] : family.counters) {
            append_sample(out, name, "", labels, "", std::to_string(counter->value()));
        }
        for (const auto& [labels, gauge] : family.gauges)
            append_sample(out, name, "", labels, "", number(gauge->value()));
        if (const auto found = samples.find(name); found != samples.end()) {
            for (const auto& [labels, value] : found->second) append_sample(out, name, "", labels, "", number(value));
        }
        for (const auto& [labels, histogram] : family.histograms) {
            const auto snapshot = histogram->snapshot();
            for (std::size_t i = 0; i < snapshot.cumulative.size(); ++i) {
                const std::string bound = i < snapshot.bounds.size() ? number(snapshot.bounds[i]) : "+Inf";
                append_sample(out, name, "_bucket", labels, "le=\"" + bound + "\"",
                              std::to_string(snapshot.cumulative[i]));
            }
            append_sample(out, name, "_sum", labels, "", number(snapshot.sum));
            append_sample(out, name, "_count", labels, "", std::to_string(snapshot.cumulative.back()));
        }
    }
    return out;
}

}  // namespace crossdock::metrics
