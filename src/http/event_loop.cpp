// SPDX-License-Identifier: Apache-2.0
#include "http/event_loop.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/random.h"
#include "base/text.h"

namespace crossdock::http {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kListenerToken = ~std::uint64_t{0} - 1;
constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr int kAcceptsPerTurn = 64;
constexpr milliseconds kAcceptPause{100};
constexpr milliseconds kCheckInterval{5};
constexpr milliseconds kFinishedInterval{100};
constexpr milliseconds kGreetingsPerTurn{2};

std::uint64_t random_seed() {
    SystemRandom random;
    return random.next();
}

}  // namespace

EventLoop::EventLoop(const ServerOptions& options, const Router& router, Socket listener)
    : options_(options),
      router_(router),
      rules_{.hosts = AllowedHosts(options.host, options.allowed_hosts),
             .body_limit = [&router](std::string_view method,
                                     std::string_view path) { return router.body_limit(method, path); },
             .encoded_slash = options.encoded_slash},
      wildcard_(options.host == "0.0.0.0" || options.host == "::"),
      core_(router, options.on_internal_error),
      listener_(std::move(listener)),
      buffer_(kReadBuffer),
      now_(std::chrono::steady_clock::now()),
      id_seed_(random_seed()),
      workers_(options.max_threads, options.max_queued) {
    poller_.add(listener_.handle(), kListenerToken, Poller::Wish::read);
}

void EventLoop::run() {
    for (;;) {
        if (stop_asked_.load() && stopped()) return;
        if (now_ >= next_check_) check_deadlines();
        const auto& ready = poller_.wait(patience());
        now_ = std::chrono::steady_clock::now();
        // First: a worker makes the poller listen before the loop knows that the answer is out.
        take_finished();
        for (const auto token : ready) handle(token);
        if (!greetings_.empty()) greet_some();
    }
}

std::optional<milliseconds> EventLoop::patience() {
    if (!greetings_.empty()) return milliseconds{0};
    auto timeout = milliseconds::max();
    if (next_check_ != TimePoint::max()) timeout = until(next_check_);
    // A worker that needs nothing from the loop does not wake it, but the idle deadline has to start some time.
    if (handling_ > 0) timeout = std::min(timeout, kFinishedInterval);
    if (stopping_) timeout = std::min(timeout, until(TimePoint{std::chrono::steady_clock::duration{stop_at_.load()}}));
    if (workers_.grow_if_stalled()) timeout = std::min(timeout, WorkerPool::kPatience);
    if (timeout == milliseconds::max()) return std::nullopt;
    return timeout;
}

milliseconds EventLoop::until(TimePoint at) const {
    // Rounded up: a wait that ends just before its deadline would spin.
    return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(at - now_));
}

void EventLoop::handle(std::uint64_t token) {
    if (token == kListenerToken) {
        if (!stopping_) accept_all();
        return;
    }
    // Closed by an earlier event of the same round: nothing to do.
    Connection* connection = find(token);
    if (connection == nullptr) return;
    try {
        switch (connection->phase) {
            case Connection::Phase::greeting: greetings_.push_back(token); break;
            case Connection::Phase::idle:
            case Connection::Phase::reading: read_some(*connection); break;
            case Connection::Phase::handling: break;
            case Connection::Phase::writing: write_some(*connection); break;
            case Connection::Phase::lingering: drain(*connection); break;
        }
    } catch (const std::exception&) {  // out of memory, or an error renderer that throws: costs this client only
        if (find(token) != nullptr) close(*connection);
    }
}

Connection* EventLoop::find(std::uint64_t token) {
    const auto slot = static_cast<std::size_t>(token & 0xffff'ffff);
    if (slot >= slots_.size() || slots_[slot] == nullptr || slots_[slot]->token != token) return nullptr;
    return slots_[slot].get();
}

// --- accepting

void EventLoop::accept_all() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        auto accepted = accept_from(listener_);
        if (accepted.state == Accepted::State::none_waiting) break;
        if (accepted.state == Accepted::State::out_of_handles) {
            if (make_room(nullptr)) continue;
            accept_again_ = now_ + kAcceptPause;
            next_check_ = std::min(next_check_, accept_again_);
            return;
        }
        admit(std::move(accepted.socket), std::move(accepted.remote_address));
    }
    poller_.watch(listener_.handle(), kListenerToken, Poller::Wish::read);
}

void EventLoop::admit(Socket socket, std::string remote_address) {
    connections_total_.fetch_add(1, std::memory_order_relaxed);
    const auto from_there = by_address_.find(remote_address);
    const bool crowded = from_there != by_address_.end() && from_there->second >= options_.max_connections_per_address;
    if (crowded && !make_room(&remote_address)) return turn_away(socket);
    if (open_ >= options_.max_connections && !make_room(nullptr)) return turn_away(socket);

    std::uint32_t slot = 0;
    if (free_slots_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    // 31 bits, so that no token is one of the special ones.
    generation_ = (generation_ + 1) & 0x7fff'ffff;
    const auto token = (std::uint64_t{generation_} << 32) | slot;
    if (!poller_.add(socket.handle(), token, Poller::Wish::read)) {
        free_slots_.push_back(slot);
        return;
    }
    std::string local = wildcard_ ? local_address_of(socket) : std::string{};
    ++by_address_[remote_address];
    slots_[slot] = std::make_unique<Connection>(std::move(socket), token, std::move(remote_address),
                                                Framer(rules_, std::move(local)));
    if (options_.tls != nullptr) {
        slots_[slot]->tls = std::make_unique<TlsStream>(slots_[slot]->socket.handle(), options_.tls);
        slots_[slot]->phase = Connection::Phase::greeting;
    }
    ++open_;
    connections_open_.store(open_, std::memory_order_relaxed);
    set_deadline(*slots_[slot], now_ + options_.idle);
}

void EventLoop::turn_away(const Socket& socket) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (options_.tls != nullptr) return;  // it would have to shake hands first
    const auto id = next_request_id();
    auto response = router_.render_error({}, 503, "too many connections; close some, or try again in a moment", id);
    response.headers.emplace_back("Retry-After", "1");
    const auto out = compose(response, id, true, false);
    send_both(socket.handle(), out.head, out.body);
    // Bytes left unread would turn the close into a reset, and the answer might be lost.
    receive(socket.handle(), buffer_);
    shut_sending(socket.handle());
}

bool EventLoop::make_room(const std::string* from) {
    // Whoever has never come through with a request goes first, and of those the one whose time is up soonest: it has
    // had the most of it. A client that polls on a kept connection is proven and stays. A whole request is never cut.
    constexpr int kStays = 4;
    const auto rank = [](const Connection& connection) {
        switch (connection.phase) {
            case Connection::Phase::lingering: return 0;
            case Connection::Phase::greeting: return 1;
            case Connection::Phase::idle: return connection.served ? 2 : 1;
            case Connection::Phase::reading: return connection.served ? 3 : 1;
            case Connection::Phase::handling:
            case Connection::Phase::writing: break;
        }
        return kStays;
    };
    Connection* worst = nullptr;
    for (const auto& connection : slots_) {
        if (connection == nullptr || rank(*connection) == kStays) continue;
        if (from != nullptr && connection->remote_address != *from) continue;
        if (worst == nullptr ||
            std::pair{rank(*connection), connection->deadline} < std::pair{rank(*worst), worst->deadline})
            worst = connection.get();
    }
    if (worst == nullptr) return false;
    crowded_out_.fetch_add(1, std::memory_order_relaxed);
    close(*worst);
    return true;
}

// --- TLS

void EventLoop::greet_some() {
    const auto until = std::chrono::steady_clock::now() + kGreetingsPerTurn;
    do {
        const auto token = greetings_.front();
        greetings_.pop_front();
        Connection* connection = find(token);  // none: it was closed while it waited
        if (connection == nullptr) continue;
        try {
            greet(*connection);
        } catch (const std::exception&) {  // as in handle()
            if (find(token) != nullptr) close(*connection);
        }
    } while (!greetings_.empty() && std::chrono::steady_clock::now() < until);
}

void EventLoop::greet(Connection& connection) {
    const bool had_begun = connection.tls->begun();
    const auto reached = connection.tls->shake_hands();
    if (!had_begun && connection.tls->begun()) set_deadline(connection, now_ + options_.header_deadline);
    switch (reached) {
        case TlsStream::Greeting::more:
            poller_.watch(connection.socket.handle(), connection.token, connection.wire().wish_to_read());
            break;
        case TlsStream::Greeting::done:
            connection.phase = Connection::Phase::idle;
            set_deadline(connection, now_ + options_.idle);
            poller_.watch(connection.socket.handle(), connection.token, Poller::Wish::read);
            break;
        case TlsStream::Greeting::plain_http:
            connection.tls.reset();
            refuse(connection, {400, "this port speaks HTTPS: the address must begin with https://"});
            break;
        case TlsStream::Greeting::failed:
            tell_of_tls(connection);
            // Lets the client read why.
            linger(connection);
            break;
    }
}

void EventLoop::tell_of_tls(const Connection& connection) {
    if (connection.tls == nullptr || connection.tls->why().empty()) return;
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (options_.on_tls_failure) options_.on_tls_failure(connection.remote_address, connection.tls->why());
}

// --- time

void EventLoop::set_deadline(Connection& connection, TimePoint at) {
    connection.deadline = at;
    next_check_ = std::min(next_check_, at);
}

void EventLoop::check_deadlines() {
    if (now_ >= accept_again_) {
        accept_again_ = TimePoint::max();
        if (!stopping_) poller_.watch(listener_.handle(), kListenerToken, Poller::Wish::read);
    }
    // set_deadline() lowers next_check_ again for connections that are moved on here.
    next_check_ = accept_again_;
    TimePoint next = TimePoint::max();
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        if (slots_[slot] == nullptr) continue;
        if (slots_[slot]->deadline <= now_) {
            time_out(*slots_[slot]);
        } else {
            next = std::min(next, slots_[slot]->deadline);
        }
    }
    next_check_ = std::min(next_check_, next);
    if (next_check_ != TimePoint::max()) next_check_ = std::max(next_check_, now_ + kCheckInterval);
}

void EventLoop::time_out(Connection& connection) {
    switch (connection.phase) {
        case Connection::Phase::handling: return;
        case Connection::Phase::idle:
        case Connection::Phase::lingering: return close(connection);
        case Connection::Phase::greeting:
            if (connection.tls->begun()) timed_out_.fetch_add(1, std::memory_order_relaxed);
            return close(connection);
        case Connection::Phase::writing: timed_out_.fetch_add(1, std::memory_order_relaxed); return close(connection);
        case Connection::Phase::reading: break;
    }
    timed_out_.fetch_add(1, std::memory_order_relaxed);
    if (connection.framer.state() == Framer::State::head) {
        refuse(connection, {408, "the request's headers did not arrive in time"});
    } else {
        refuse(connection, {408, "the request's body did not arrive in time"});
    }
}

// --- stopping

void EventLoop::stop_by(TimePoint deadline) {
    stop_at_.store(deadline.time_since_epoch().count());
    stop_asked_.store(true);
    poller_.wake();
}

bool EventLoop::stopped() {
    const TimePoint deadline{std::chrono::steady_clock::duration{stop_at_.load()}};
    if (!stopping_) {
        stopping_ = true;
        poller_.forget(listener_.handle());
        listener_.close();
        for (const auto& slot : slots_) {
            if (slot == nullptr) continue;
            switch (slot->phase) {
                case Connection::Phase::greeting:
                case Connection::Phase::idle:
                case Connection::Phase::reading: close(*slot); break;
                case Connection::Phase::handling:
                case Connection::Phase::writing:
                case Connection::Phase::lingering: break;
            }
        }
    }
    if (open_ == 0) return true;
    if (now_ < deadline) return false;
    // Workers may still hold these sockets: shut here, closed with the loop.
    for (const auto& slot : slots_) {
        if (slot != nullptr) shut_down(slot->socket.handle());
    }
    return true;
}

// --- the rest

std::string EventLoop::next_request_id() {
    // SplitMix64's finisher: a bijection, so no id comes twice in a process, and none tells how many there were.
    std::uint64_t z = id_seed_ + (id_counter_.fetch_add(1, std::memory_order_relaxed) + 1) * 0x9e37'79b9'7f4a'7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebULL;
    z ^= z >> 31;
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((z >> shift) & 0xff);
    return to_hex(bytes);
}

ServerCounters EventLoop::counters() const {
    return {.connections_open = connections_open_.load(std::memory_order_relaxed),
            .connections_total = connections_total_.load(std::memory_order_relaxed),
            .requests = requests_.load(std::memory_order_relaxed),
            .refused = refused_.load(std::memory_order_relaxed),
            .timed_out = timed_out_.load(std::memory_order_relaxed),
            .crowded_out = crowded_out_.load(std::memory_order_relaxed)};
}

}  // namespace crossdock::http
