// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "connectors/amazon/client.h"

namespace crossdock::connectors::amazon {

/// Where a report or a feed lies: an address outside the API, good for five minutes.
struct DocumentPlace {
    std::string url;
    bool packed = false;  // gzip
};

/// The place that getReportDocument or getFeedDocument answered. Errors: unavailable when it is not a usable address.
Result<DocumentPlace> document_place(const Client& client, const Answer& answer);

struct DocumentHead {
    std::string content_type;
};
/// Streams the bytes as they lie there. No token goes along: the address itself is the key.
Result<DocumentHead> download(Client& client, const DocumentPlace& place,
                              const std::function<bool(std::string_view)>& sink);
/// The whole document, unpacked, at most `most` bytes.
Result<std::string> download_text(Client& client, const DocumentPlace& place, std::size_t most);
/// Puts a feed's input where createFeedDocument said. The content type is part of the address' signature.
Status upload(Client& client, const std::string& url, std::string_view content_type, const std::string& body);

}  // namespace crossdock::connectors::amazon
