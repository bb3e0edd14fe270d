// SPDX-License-Identifier: Apache-2.0
// The way of one request through the loop and a worker: read, framed, handed over, answered. The rest is
// event_loop.cpp's.
#include <algorithm>
#include <exception>
#include <utility>

#include "http/event_loop.h"

namespace crossdock::http {
namespace {

using std::chrono::milliseconds;

constexpr int kDrainsPerTurn = 16;
constexpr std::size_t kSendsPerTurn = 4;           // then the other connections have their turn
constexpr std::size_t kWriteRenewal = 256 * 1024;  // a client that takes this much has shown that it reads
constexpr milliseconds kLinger{2'000};

/// Sends what the socket takes. would_block: the rest has to wait; ended: the client is gone.
Transfer::State push(const Wire& wire, Outgoing& out, std::size_t max_calls) {
    while (!out.finished() && max_calls-- > 0) {
        const auto head = std::string_view{out.head}.substr(std::min(out.sent, out.head.size()));
        const auto body_at = out.sent > out.head.size() ? out.sent - out.head.size() : 0;
        const auto sent = wire.send_both(head, std::string_view{out.body}.substr(body_at));
        if (sent.state != Transfer::State::ok) return sent.state;
        out.sent += sent.bytes;
    }
    return out.finished() ? Transfer::State::ok : Transfer::State::would_block;
}

}  // namespace

// --- reading

void EventLoop::read_some(Connection& connection) {
    const auto wire = connection.wire();
    const auto received = wire.receive(buffer_);
    switch (received.state) {
        case Transfer::State::ok: take_bytes(connection, {buffer_.data(), received.bytes}); break;
        case Transfer::State::would_block: poller_.watch(wire.socket, connection.token, wire.wish_to_read()); break;
        case Transfer::State::ended:
            tell_of_tls(connection);
            if (connection.framer.state() == Framer::State::empty) {
                close(connection);
            } else {
                refuse(connection, connection.framer.cut_short());
            }
            break;
    }
}

void EventLoop::take_bytes(Connection& connection, std::string_view bytes) {
    auto& framer = connection.framer;
    if (framer.state() == Framer::State::empty) connection.request_began = now_;
    const auto taken = framer.feed(bytes);
    switch (framer.state()) {
        case Framer::State::complete: return dispatch(connection, bytes.substr(taken));
        case Framer::State::refused: return refuse(connection, framer.refusal());
        case Framer::State::empty: break;
        case Framer::State::head:
            connection.phase = Connection::Phase::reading;
            set_deadline(connection, connection.request_began + options_.header_deadline);
            break;
        case Framer::State::body:
            connection.phase = Connection::Phase::reading;
            set_deadline(connection,
                         std::min(connection.request_began + options_.request_deadline, now_ + options_.body_idle));
            if (framer.take_continue()) {
                constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
                if (connection.wire().send_both(kContinue, {}).bytes != kContinue.size()) {
                    return close(connection);
                }
            }
            break;
    }
    count_buffered(connection, framer.buffered());
    if (buffered_ > options_.max_buffered) {
        return refuse(connection, {503, "too many requests are being received at once; try again in a moment"});
    }
    poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::read);
}

void EventLoop::count_buffered(Connection& connection, std::size_t bytes) {
    buffered_ = buffered_ - connection.buffered + bytes;
    connection.buffered = bytes;
}

void EventLoop::dispatch(Connection& connection, std::string_view rest) {
    connection.pending.assign(rest);
    count_buffered(connection, connection.framer.buffered() + rest.size());
    auto exchange = std::make_shared<Exchange>();
    exchange->framed = connection.framer.take();
    exchange->framed.request.remote_address = connection.remote_address;
    exchange->framed.request.request_id = next_request_id();
    exchange->connection = connection.token;
    exchange->framed.request.over_tls = connection.tls != nullptr;
    exchange->wire = connection.wire();
    exchange->complete_at = now_;
    exchange->more = !rest.empty();
    connection.phase = Connection::Phase::handling;
    connection.deadline = TimePoint::max();
    if (workers_.try_run([this, exchange] { work(exchange); })) {
        requests_.fetch_add(1, std::memory_order_relaxed);
        ++handling_;
        return;
    }
    const auto& request = exchange->framed.request;
    refuse(connection, {503, "the server is busy: too many requests are waiting; try again in a moment"},
           request.method, request.path);
}

void EventLoop::refuse(Connection& connection, const Refusal& refusal) {
    refuse(connection, refusal, connection.framer.method(), connection.framer.path());
}

void EventLoop::refuse(Connection& connection, const Refusal& refusal, const std::string& method,
                       const std::string& path) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (refusal.status == 0) return close(connection);
    const auto id = next_request_id();
    auto response = router_.render_error(path, refusal.status, refusal.message, id);
    if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
    connection.out = compose(response, id, true, method == "HEAD");
    connection.close_after_writing = true;
    connection.unread_input = true;
    connection.pending.clear();
    count_buffered(connection, 0);
    if (options_.on_access) {
        AccessRecord record;
        record.method = method;
        record.path = path;
        record.status = response.status;
        record.response_bytes = connection.out.body.size();
        record.remote_address = connection.remote_address;
        record.request_id = id;
        options_.on_access(record);
    }
    connection.phase = Connection::Phase::writing;
    connection.sent_at_last_renewal = 0;
    set_deadline(connection, now_ + options_.write_deadline);
    write_some(connection);
}

// --- answering

void EventLoop::work(const std::shared_ptr<Exchange>& exchange) {
    const auto& request = exchange->framed.request;
    exchange->close = !exchange->framed.keep_alive || stop_asked_.load(std::memory_order_relaxed);
    try {
        core_.answer(*exchange);
        const auto sent = push(exchange->wire, exchange->out, ~std::size_t{0});
        exchange->broken = sent == Transfer::State::ended;
    } catch (const std::exception&) {  // out of memory while answering: nothing sensible can be sent
        exchange->broken = true;
    }
    if (options_.on_access) {
        AccessRecord record;
        record.method = request.method;
        record.route = request.route;
        record.path = request.path;
        record.status = exchange->response.status;
        record.duration = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                                exchange->complete_at);
        record.request_bytes = request.body.size();
        record.response_bytes = exchange->out.body.size();
        record.remote_address = request.remote_address;
        record.request_id = request.request_id;
        record.caller = exchange->response.caller;
        options_.on_access(record);
    }
    finish(exchange);
}

void EventLoop::finish(const std::shared_ptr<Exchange>& exchange) {
    const bool sent = !exchange->broken && exchange->out.finished();
    exchange->watched = sent && !exchange->close && !exchange->more && !stop_asked_.load(std::memory_order_relaxed);
    if (sent) {
        // The loop may look at it late, and needs none of this.
        exchange->out = Outgoing{};
        exchange->framed = FramedRequest{};
    }
    bool wake = false;
    {
        const std::lock_guard lock(finished_mutex_);
        finished_.push_back(exchange);
        if (exchange->watched) {
            // Under the lock: once the loop has seen the exchange it may close the socket, and its number may be
            // reused.
            poller_.watch(exchange->wire.socket, exchange->connection, Poller::Wish::read);
        } else {
            wake = !std::exchange(wake_pending_, true);
        }
    }
    if (wake) poller_.wake();
}

void EventLoop::take_finished() {
    std::vector<std::shared_ptr<Exchange>> finished;
    {
        const std::lock_guard lock(finished_mutex_);
        if (finished_.empty()) return;
        finished.swap(finished_);
        wake_pending_ = false;
    }
    handling_ -= finished.size();
    for (const auto& exchange : finished) {
        Connection* connection = find(exchange->connection);
        if (connection == nullptr) continue;
        if (exchange->broken) {
            close(*connection);
        } else if (exchange->out.finished()) {
            answered(*connection, exchange->close, exchange->watched);
        } else {
            connection->out = std::move(exchange->out);
            connection->close_after_writing = exchange->close;
            connection->phase = Connection::Phase::writing;
            connection->sent_at_last_renewal = connection->out.sent;
            set_deadline(*connection, now_ + options_.write_deadline);
            poller_.watch(connection->socket.handle(), connection->token, Poller::Wish::write);
        }
    }
}

void EventLoop::write_some(Connection& connection) {
    switch (push(connection.wire(), connection.out, kSendsPerTurn)) {
        case Transfer::State::ended: return close(connection);
        case Transfer::State::ok:
            connection.out = Outgoing{};
            return answered(connection, connection.close_after_writing);
        case Transfer::State::would_block: break;
    }
    if (connection.out.sent - connection.sent_at_last_renewal >= kWriteRenewal) {
        connection.sent_at_last_renewal = connection.out.sent;
        set_deadline(connection, now_ + options_.write_deadline);
    }
    poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::write);
}

void EventLoop::answered(Connection& connection, bool close_now, bool watched) {
    count_buffered(connection, 0);
    if (close_now || stopping_) {
        const bool may_be_sending = connection.unread_input || !connection.pending.empty();
        return may_be_sending ? linger(connection) : close(connection);
    }
    connection.phase = Connection::Phase::idle;
    connection.served = true;
    set_deadline(connection, now_ + options_.idle);
    if (connection.pending.empty()) {
        if (!watched) poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::read);
        return;
    }
    const std::string bytes = std::exchange(connection.pending, {});
    take_bytes(connection, bytes);
}

void EventLoop::linger(Connection& connection) {
    if (connection.tls != nullptr) connection.tls->say_goodbye();
    shut_sending(connection.socket.handle());
    connection.phase = Connection::Phase::lingering;
    set_deadline(connection, now_ + kLinger);
    poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::read);
}

void EventLoop::drain(Connection& connection) {
    for (int i = 0; i < kDrainsPerTurn; ++i) {
        const auto received = receive(connection.socket.handle(), buffer_);
        if (received.state == Transfer::State::ended) return close(connection);
        if (received.state == Transfer::State::would_block) break;
    }
    poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::read);
}

void EventLoop::close(Connection& connection) {
    if (connection.tls != nullptr) connection.tls->say_goodbye();
    count_buffered(connection, 0);
    const auto from_there = by_address_.find(connection.remote_address);
    if (from_there != by_address_.end() && --from_there->second == 0) by_address_.erase(from_there);
    const auto slot = static_cast<std::uint32_t>(connection.token & 0xffff'ffff);
    poller_.forget(connection.socket.handle());
    slots_[slot].reset();
    free_slots_.push_back(slot);
    --open_;
    connections_open_.store(open_, std::memory_order_relaxed);
}

}  // namespace crossdock::http
