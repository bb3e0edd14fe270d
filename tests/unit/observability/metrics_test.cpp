// SPDX-License-Identifier: Apache-2.0
#include "observability/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace crossdock::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, AreRenderedAsPrometheusText) {
    Registry registry;
    registry.counter("crossdock_requests_total", "Requests answered.", {{"code", "200"}, {"surface", "v1"}}).add(3);
    registry.counter("crossdock_requests_total", "", {{"surface", "v1"}, {"code", "404"}}).add();
    registry.gauge("crossdock_queue_depth", "Jobs waiting.\nBy lane.", {{"lane", "a\"b\\c\nd"}}).set(1.5);
    const std::vector<double> bounds{0.1, 1};
    auto& latency = registry.histogram("crossdock_latency_seconds", "How long.", {}, bounds);
    for (const double value : {0.05, 0.1, 0.5, 7.0}) latency.observe(value);
    EXPECT_EQ(registry.render(),
              "# HELP crossdock_latency_seconds How long.\n"
              "# TYPE crossdock_latency_seconds histogram\n"
              "crossdock_latency_seconds_bucket{le=\"0.1\"} 2\n"
              "crossdock_latency_seconds_bucket{le=\"1\"} 3\n"
              "crossdock_latency_seconds_bucket{le=\"+Inf\"} 4\n"
              "crossdock_latency_seconds_sum 7.65\n"
              "crossdock_latency_seconds_count 4\n"
              "# HELP crossdock_queue_depth Jobs waiting.\\nBy lane.\n"
              "# TYPE crossdock_queue_depth gauge\n"
              "crossdock_queue_depth{lane=\"a\\\"b\\\\c\\nd\"} 1.5\n"
              "# HELP crossdock_requests_total Requests answered.\n"
              "# TYPE crossdock_requests_total counter\n"
              "crossdock_requests_total{code=\"200\",surface=\"v1\"} 3\n"
              "crossdock_requests_total{code=\"404\",surface=\"v1\"} 1\n");
}

TEST(Metrics, OfTheSameNameAndLabelsAreTheSame) {
    Registry registry;
    auto& one = registry.counter("a_total", "", {{"x", "1"}, {"y", "2"}});
    EXPECT_EQ(&one, &registry.counter("a_total", "", {{"y", "2"}, {"x", "1"}}));
    EXPECT_NE(&one, &registry.counter("a_total", "", {{"x", "1"}}));
}

TEST(Metrics, CanBeCollectedWhenTheyAreAskedFor) {
    Registry registry;
    double depth = 1;
    registry.gauge_from("depth", "", [&] {
        registry.counter("renders_total", "").add();  // a collector may use the registry
        return std::vector<Registry::Sample>{{{{"lane", "push"}}, depth}, {{{"lane", "bulk"}}, 0}};
    });
    registry.gauge_from("broken", "", []() -> std::vector<Registry::Sample> { throw std::runtime_error("database"); });
    EXPECT_THAT(registry.render(), HasSubstr("depth{lane=\"bulk\"} 0\ndepth{lane=\"push\"} 1\n"));
    depth = 2;
    EXPECT_THAT(registry.render(), HasSubstr("depth{lane=\"push\"} 2\n"));
    EXPECT_THAT(registry.render(), HasSubstr("# TYPE broken gauge\n# HELP depth"));
    EXPECT_THAT(registry.render(), HasSubstr("renders_total 4\n"));
}

TEST(Metrics, WithImpossibleNamesAreBugs) {
    Registry registry;
    EXPECT_THROW(registry.counter("has space", ""), std::logic_error);
    EXPECT_THROW(registry.counter("", ""), std::logic_error);
    EXPECT_THROW(registry.counter("1st", ""), std::logic_error);
    EXPECT_THROW(registry.counter("ok_total", "", {{"bad-label", "x"}}), std::logic_error);
    EXPECT_THROW(registry.counter("ok_total", "", {{"le", "x"}}), std::logic_error);
    EXPECT_THROW(registry.counter("ok_total", "", {{"a", "1"}, {"a", "2"}}), std::logic_error);
    registry.counter("ok_total", "");
    EXPECT_THROW(registry.gauge("ok_total", ""), std::logic_error);
    EXPECT_EQ(registry.render(), "# HELP ok_total \n# TYPE ok_total counter\nok_total 0\n");
}

TEST(Metrics, WithEndlessLabelsDoNotEatTheMemory) {
    Registry registry;
    for (int i = 0; i < 5000; ++i) registry.counter("a_total", "", {{"id", std::to_string(i)}}).add();
    const std::string text = registry.render();
    EXPECT_THAT(text, HasSubstr("a_total{overflow=\"true\"} 4000\n"));
    EXPECT_THAT(text, HasSubstr("a_total{id=\"999\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("a_total{id=\"1000\"}")));
}

TEST(Metrics, ShowNumbersThatAreNone) {
    Registry registry;
    registry.gauge("a", "").set(std::numeric_limits<double>::infinity());
    registry.gauge("b", "").set(std::numeric_limits<double>::quiet_NaN());
    EXPECT_THAT(registry.render(), HasSubstr("\na +Inf\n"));
    EXPECT_THAT(registry.render(), HasSubstr("\nb NaN\n"));
}

TEST(Metrics, LoseNothingWhenManyThreadsCount) {
    Registry registry;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                registry.counter("a_total", "", {{"i", std::to_string(i % 7)}}).add();
                registry.gauge("b", "").add(1);
                registry.histogram("c", "").observe(0.002);
                if (i % 500 == 0) {
                    EXPECT_FALSE(registry.render().empty());
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::uint64_t sum = 0;
    for (int i = 0; i < 7; ++i) sum += registry.counter("a_total", "", {{"i", std::to_string(i)}}).value();
    EXPECT_EQ(sum, 16'000U);
    EXPECT_EQ(registry.gauge("b", "").value(), 16'000);
    EXPECT_THAT(registry.render(), HasSubstr("c_bucket{le=\"0.001\"} 0\nc_bucket{le=\"0.0025\"} 16000\n"));
    EXPECT_THAT(registry.render(), HasSubstr("c_count 16000\n"));
}

}  // namespace
}  // namespace crossdock::metrics
