// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace crossdock::connectors::shopify {

/// A GraphQL document of graphql/, as it is sent: without comments.
struct Document {
    std::string_view text;
    std::string_view operation;  // the name after `query` or `mutation`; empty for a bulk inner text
    bool mutation = false;
};

/// By file name without `.graphql`. Throws std::logic_error for a name that is not embedded.
const Document& document(std::string_view name);

}  // namespace crossdock::connectors::shopify
