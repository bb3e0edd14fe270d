// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Figures for monitoring, in Prometheus' text format 0.0.4. A metric is looked up once and kept as a reference, which
/// stays good as long as the registry; counting is then one atomic addition. Labels hold channel codes, lanes and the
/// like: few, and never personal.
namespace crossdock::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Only goes up. Its name ends in `_total`.
class Counter {
public:
    void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
    [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

/// How many observations fell at or below each bound.
class Histogram {
public:
    explicit Histogram(std::span<const double> bounds);
    void observe(double value);
    struct Snapshot {
        std::vector<double> bounds;
        std::vector<std::uint64_t> cumulative;  // one more than bounds: the last is the count of all
        double sum = 0;
    };
    [[nodiscard]] Snapshot snapshot() const;

private:
    std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> buckets_;
    std::atomic<double> sum_{0};
};

/// Bounds for latencies in seconds, 1 ms to 10 s.
std::span<const double> latency_bounds();

class Registry {
public:
    /// The one metric of this name and these labels, made at the first call. One name has one type and help text.
    /// Throws std::logic_error for a name or label that Prometheus does not take, or a name used with another type.
    /// Beyond 1,000 label sets of a name all further ones share the series `overflow="true"`.
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {},
                         std::span<const double> bounds = latency_bounds());

    struct Sample {
        Labels labels;
        double value = 0;
    };
    /// A gauge whose samples are collected at each render(); `collect` may throw, and is then left out of that render.
    /// A second call of the same name replaces the first.
    void gauge_from(std::string_view name, std::string_view help, std::function<std::vector<Sample>()> collect);
    /// The same for figures that only go up.
    void counter_from(std::string_view name, std::string_view help, std::function<std::vector<Sample>()> collect);

    /// All metrics, sorted by name, as `text/plain; version=0.0.4`.
    [[nodiscard]] std::string render() const;

private:
    enum class Type { counter, gauge, histogram };
    struct Family {
        Type type = Type::counter;
        std::string help;
        std::map<std::string, std::unique_ptr<Counter>> counters;  // by rendered labels
        std::map<std::string, std::unique_ptr<Gauge>> gauges;
        std::map<std::string, std::unique_ptr<Histogram>> histograms;
        std::function<std::vector<Sample>()> collect;
    };
    Family& family(std::string_view name, std::string_view help, Type type);
    void collected(std::string_view name, std::string_view help, Type type,
                   std::function<std::vector<Sample>()> collect);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;
};

}  // namespace crossdock::metrics
