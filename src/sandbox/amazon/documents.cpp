// SPDX-License-Identifier: Apache-2.0
// Files behind signed URLs, as the storage service serves them: it knows nothing of Amazon's tokens, and what it
// refuses it refuses in XML.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/amazon/gzip.h"
#include "sandbox/amazon/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr int kUrlLifeSeconds = 300;

http::Response storage_error(int status, std::string_view code, std::string_view message) {
    std::string body = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    body += "\n<Error><Code>" + std::string(code) + "</Code><Message>" + std::string(message) + "</Message></Error>";
    return {status, body, "application/xml", {}};
}

/// "20261121T090000Z"
std::string amazon_date(Timestamp at) {
    std::string out;
    for (const char c : format_rfc3339(from_ms(to_ms(at) / 1000 * 1000))) {
        if (c != '-' && c != ':') out += c;
    }
    return out;
}

std::optional<Timestamp> read_amazon_date(const std::string& text) {
    if (text.size() != 16) return std::nullopt;
    const auto at = parse_iso8601(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                                      text.substr(11, 2) + ":" + text.substr(13),
                                  ZoneRule::required);
    return at ? std::optional(*at) : std::nullopt;
}

std::string signature(std::uint64_t seed, const Document& document, const std::string& date) {
    const std::string what =
        document.id + "\n" + date + "\n" + (document.for_upload ? "PUT\n" + document.content_type : "GET");
    return to_hex(hmac_sha256("documents" + std::to_string(seed), what));
}

}  // namespace

std::string SellerImpl::keep_document(std::string content, const std::string& content_type, bool gzip) {
    Document kept;
    kept.id = "amzn1.spdoc.1.4.na." + world_.random().uuid() + ".T" + world_.fresh_id(10);
    kept.content = gzip ? gzipped(content) : std::move(content);
    kept.content_type = content_type;
    kept.gzip = gzip;
    const std::string id = kept.id;
    world_.documents[id] = std::move(kept);
    return id;
}

std::string SellerImpl::document_url(const Document& document, const std::string& base_url) {
    const std::string date = amazon_date(world_.now());
    return base_url + "/documents/" + percent_encode(document.id) +
           "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=" + date +
           "&X-Amz-SignedHeaders=" + (document.for_upload ? "content-type%3Bhost" : "host") +
           "&X-Amz-Expires=" + std::to_string(kUrlLifeSeconds) + "&X-Amz-Credential=AKIASANDBOX%2F" +
           date.substr(0, 8) +
           "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=" + signature(options_.seed, document, date);
}

http::Response SellerImpl::document(const http::Request& request, const std::string& id_text) {
    const std::string operation = request.method == "PUT" ? "upload" : "download";
    if (auto fault = fault_before(operation)) return std::move(*fault);
    const auto at = world_.documents.find(percent_decode(id_text, false));
    if (at == world_.documents.end()) return storage_error(404, "NoSuchKey", "The specified key does not exist.");
    Document& kept = at->second;
    // A signed URL carries all the permission there is. More of it is a contradiction.
    if (request.header("authorization"))
        return storage_error(
            400, "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
            "string parameter or the Authorization header should be specified");
    for (const auto& [name, value] : request.headers) {
        if (name.starts_with("x-amz-"))
            return storage_error(403, "AccessDenied",
                                 "There were headers present in the request which were not signed");
    }
    const std::string date(request.parameter("X-Amz-Date").value_or(""));
    const auto made = read_amazon_date(date);
    const bool signed_well =
        made && request.parameter("X-Amz-Signature") == std::string_view(signature(options_.seed, kept, date));
    const bool right_method = request.method == (kept.for_upload ? "PUT" : "GET");
    const bool right_type = !kept.for_upload || request.header("content-type") == std::string_view(kept.content_type);
    if (!signed_well || !right_method || !right_type)
        return storage_error(
            403, "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your "
            "key and signing method.");
    if (world_.now() >= *made + std::chrono::seconds(kUrlLifeSeconds))
        return storage_error(403, "AccessDenied", "Request has expired");
    http::Response response{200, "", "application/xml", {}};
    if (kept.for_upload) {
        kept.content = request.body;
        kept.uploaded = true;
    } else {
        response = {200, kept.content, kept.content_type, {}};
    }
    if (network_fault_after(faults_, operation, response)) ++world_.counters.faults;
    return response;
}

}  // namespace crossdock::sandbox::amazon
