// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <limits>
#include <stdexcept>

#include "platform/signals.h"

namespace crossdock::platform {
namespace {

// A handler may do next to nothing; a byte down a pipe is allowed, and wakes the thread that waits.
std::atomic<int> pipe_in{-1};
std::atomic<int> pipe_out{-1};
static_assert(std::atomic<int>::is_always_lock_free, "signal handlers need it");

constexpr std::array kHandled{SIGTERM, SIGINT, SIGHUP};
std::array<struct sigaction, kHandled.size()> handlers_before;
struct sigaction pipe_handler_before;

void put(Signal signal) {
    const char byte = signal == Signal::stop ? 's' : 'r';
    // A full pipe holds 64 Ki signals that nobody fetched; one more changes nothing.
    [[maybe_unused]] const auto written = ::write(pipe_in.load(), &byte, 1);
}

void handle(int number) {
    const int saved = errno;
    put(number == SIGHUP ? Signal::reload : Signal::stop);
    errno = saved;
}

}  // namespace

Signals::Signals() {
    if (pipe_in.load() >= 0) throw std::logic_error("platform::Signals exists already");
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot make a pipe for signals");
    pipe_out = ends[0];
    pipe_in = ends[1];
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    ::sigfillset(&action.sa_mask);
    for (std::size_t i = 0; i < kHandled.size(); ++i) ::sigaction(kHandled[i], &action, &handlers_before[i]);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &pipe_handler_before);
}

Signals::~Signals() {
    for (std::size_t i = 0; i < kHandled.size(); ++i) ::sigaction(kHandled[i], &handlers_before[i], nullptr);
    ::sigaction(SIGPIPE, &pipe_handler_before, nullptr);
    ::close(pipe_in.exchange(-1));
    ::close(pipe_out.exchange(-1));
}

std::optional<Signal> Signals::wait(std::optional<std::chrono::milliseconds> timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout.value_or(std::chrono::milliseconds{0});
    for (;;) {
        char byte = 0;
        if (::read(pipe_out.load(), &byte, 1) == 1) return byte == 's' ? Signal::stop : Signal::reload;
        int patience = -1;
        if (timeout) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
            if (left <= 0) return std::nullopt;
            patience = static_cast<int>(std::min<decltype(left)>(left, std::numeric_limits<int>::max()));
        }
        pollfd watched{pipe_out.load(), POLLIN, 0};
        ::poll(&watched, 1, patience);
    }
}

void Signals::raise(Signal signal) { put(signal); }

}  // namespace crossdock::platform
