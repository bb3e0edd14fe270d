// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "http/poller.h"
#include "http/socket.h"
#include "http/tls.h"

namespace crossdock::http {

/// How the bytes of a connection travel: as they are, or through TLS. A view: socket and stream belong to the
/// connection.
struct Wire {
    SocketHandle socket = kNoSocket;
    TlsStream* tls = nullptr;

    [[nodiscard]] Transfer receive(std::span<char> into) const {
        return tls != nullptr ? tls->receive(into) : http::receive(socket, into);
    }
    [[nodiscard]] Transfer send_both(std::string_view first, std::string_view second) const {
        return tls != nullptr ? tls->send_both(first, second) : http::send_both(socket, first, second);
    }
    /// What to wait for after a receive() that would block: TLS may have to say something before it can go on.
    [[nodiscard]] Poller::Wish wish_to_read() const {
        return tls != nullptr && tls->wants_to_write() ? Poller::Wish::write : Poller::Wish::read;
    }
};

}  // namespace crossdock::http
