// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/connection.h"
#include "http/httplib_core.h"
#include "http/poller.h"
#include "http/server.h"
#include "http/worker_pool.h"

namespace crossdock::http {

/// Owns the listener and every connection. run() is its one thread: it accepts, reads with deadlines, frames, hands
/// whole requests to workers and sends what a worker could not send at once. Workers run handlers and write straight to
/// the socket of their request. A connection is touched by the loop or by one worker, never by both.
class EventLoop {
public:
    EventLoop(const ServerOptions& options, const Router& router, Socket listener);

    /// Serves until stop_by() and its consequences are done.
    void run();
    /// From any thread: stop accepting, end at the deadline at the latest. A later call may bring the deadline nearer.
    void stop_by(std::chrono::steady_clock::time_point deadline);
    /// After run(): takes no more work.
    void close_workers() { workers_.close(); }
    [[nodiscard]] ServerCounters counters() const;

private:
    using TimePoint = std::chrono::steady_clock::time_point;

    void handle(std::uint64_t token);
    void accept_all();
    void admit(Socket socket, std::string remote_address);
    void turn_away(const Socket& socket);
    /// Closes a connection that the server waits for, `from` that address alone if it names one. False: there is none.
    bool make_room(const std::string* from);
    /// Handshakes cost a thousand times what reading does. They wait until all else of the round is done, and take
    /// turns.
    void greet_some();
    void greet(Connection& connection);
    void tell_of_tls(const Connection& connection);
    void read_some(Connection& connection);
    void take_bytes(Connection& connection, std::string_view bytes);
    void dispatch(Connection& connection, std::string_view rest);
    /// Answers the request that is being read with an error, then closes.
    void refuse(Connection& connection, const Refusal& refusal);
    void refuse(Connection& connection, const Refusal& refusal, const std::string& method, const std::string& path);
    void write_some(Connection& connection);
    /// `watched`: the poller waits for the next request already.
    void answered(Connection& connection, bool close, bool watched = false);
    void linger(Connection& connection);
    void drain(Connection& connection);
    void close(Connection& connection);
    void count_buffered(Connection& connection, std::size_t bytes);
    void set_deadline(Connection& connection, TimePoint at);
    void check_deadlines();
    void time_out(Connection& connection);
    void take_finished();
    [[nodiscard]] std::optional<std::chrono::milliseconds> patience();
    /// True when nothing is left to wait for.
    bool stopped();
    [[nodiscard]] std::chrono::milliseconds until(TimePoint at) const;

    void work(const std::shared_ptr<Exchange>& exchange);
    void finish(const std::shared_ptr<Exchange>& exchange);
    [[nodiscard]] std::string next_request_id();
    Connection* find(std::uint64_t token);

    const ServerOptions& options_;
    const Router& router_;
    FramerRules rules_;
    bool wildcard_;
    HttplibCore core_;
    Socket listener_;
    Poller poller_;
    std::vector<char> buffer_;
    TimePoint now_;

    std::vector<std::unique_ptr<Connection>> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t generation_ = 0;  // makes the token of a closed connection's slot differ from the next one's
    std::unordered_map<std::string, std::size_t> by_address_;
    std::deque<std::uint64_t> greetings_;  // connections whose handshake can go on
    std::size_t open_ = 0;
    std::size_t handling_ = 0;  // requests whose end take_finished() has not seen
    std::size_t buffered_ = 0;
    TimePoint next_check_ = TimePoint::max();
    TimePoint accept_again_ = TimePoint::max();

    std::atomic<bool> stop_asked_{false};
    std::atomic<std::chrono::steady_clock::rep> stop_at_{0};
    bool stopping_ = false;

    std::mutex finished_mutex_;
    std::vector<std::shared_ptr<Exchange>> finished_;
    bool wake_pending_ = false;

    const std::uint64_t id_seed_;
    std::atomic<std::uint64_t> id_counter_{0};
    std::atomic<std::uint64_t> connections_open_{0}, connections_total_{0}, requests_{0}, refused_{0}, timed_out_{0},
        crowded_out_{0};

    WorkerPool workers_;  // last: its threads use all of the above and are joined first
};

}  // namespace crossdock::http
