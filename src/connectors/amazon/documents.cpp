// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/documents.h"

#include "connectors/gunzip.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::chrono::minutes kDeadline{5};

Error not_there(int status, std::string_view doing) {
    return {ErrorKind::unavailable, "amazon_document_unavailable",
            "Amazon's document store answered HTTP " + std::to_string(status) + " to " + std::string{doing} +
                "; the address may have expired, a new one is asked for"};
}

bool is_usable(const Client& client, std::string_view url) {
    // Amazon's own addresses are https; only a stand-in for Amazon may hand out others.
    return url.starts_with("https://") || (client.settings().own_base_url && url.starts_with("http://"));
}

}  // namespace

Result<DocumentPlace> document_place(const Client& client, const Answer& answer) {
    DocumentPlace place;
    place.url = answer.payload["url"].text().value_or("");
    if (!is_usable(client, place.url))
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon named no usable address for a document"};
    const std::string_view algorithm = answer.payload["compressionAlgorithm"].word();
    place.packed = algorithm == "GZIP";
    if (!algorithm.empty() && !place.packed)
        return Error{ErrorKind::rejected, "amazon_document_packing",
                     "Amazon packed a document with " + in_quotes(algorithm.substr(0, 20)) + ", which is not known"};
    return place;
}

Result<DocumentHead> download(Client& client, const DocumentPlace& place,
                              const std::function<bool(std::string_view)>& sink) {
    net::HttpRequest request;
    request.url = place.url;
    request.headers = {{"User-Agent", std::string{kUserAgent}}};
    request.deadline = kDeadline;
    const auto response = client.runtime().http.download(request, sink);
    if (!response) return response.error();
    if (response->status / 100 != 2) return not_there(response->status, "a download");
    return DocumentHead{std::string{response->header("Content-Type")}};
}

Result<std::string> download_text(Client& client, const DocumentPlace& place, std::size_t most) {
    std::string text;
    const auto head = download(client, place, [&](std::string_view piece) {
        text += piece;
        return text.size() <= most;
    });
    if (!head) return head.error();
    if (text.size() > most)
        return Error{ErrorKind::unavailable, "amazon_document_too_large", "Amazon's document is larger than it may be"};
    return place.packed ? gunzip(text, most) : std::move(text);
}

Status upload(Client& client, const std::string& url, std::string_view content_type, const std::string& body) {
    if (!is_usable(client, url))
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon named no usable address for a feed"};
    net::HttpRequest request;
    request.method = "PUT";
    request.url = url;
    request.headers = {{"Content-Type", std::string{content_type}}, {"User-Agent", std::string{kUserAgent}}};
    request.body = body;
    request.deadline = kDeadline;
    const auto response = client.runtime().http.send(request);
    if (!response) return response.error();
    if (response->status / 100 != 2) return not_there(response->status, "an upload");
    return ok();
}

}  // namespace crossdock::connectors::amazon
