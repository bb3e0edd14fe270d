// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/documents.h"

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> shopify_documents;
}

namespace crossdock::connectors::shopify {
namespace {

struct Loaded {
    std::string text;
    Document document;
};

std::string without_comments(std::string_view source) {
    std::string out;
    while (!source.empty()) {
        const auto line_end = std::min(source.find('\n'), source.size() - 1) + 1;
        const std::string_view line = source.substr(0, line_end);
        if (!line.starts_with('#')) out += line;
        source.remove_prefix(line_end);
    }
    return out;
}

std::map<std::string, Loaded, std::less<>> load() {
    std::map<std::string, Loaded, std::less<>> documents;
    for (const auto& [file, source] : embedded::shopify_documents) {
        const std::string name{file.substr(0, file.rfind(".graphql"))};
        Loaded& loaded = documents[name];
        loaded.text = without_comments(source);
        std::string_view text = loaded.text;
        loaded.document.text = text;
        loaded.document.mutation = text.starts_with("mutation ");
        if (loaded.document.mutation || text.starts_with("query ")) {
            text.remove_prefix(text.find(' ') + 1);
            loaded.document.operation = text.substr(0, text.find_first_of("( {"));
        }
    }
    return documents;
}

}  // namespace

const Document& document(std::string_view name) {
    static const auto documents = load();
    const auto found = documents.find(name);
    if (found == documents.end()) throw std::logic_error("no GraphQL document named " + std::string{name});
    return found->second.document;
}

}  // namespace crossdock::connectors::shopify
