// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace crossdock::sandbox::amazon {

/// The bytes as a gzip file (RFC 1952): deflated with the fixed Huffman code and matches found by hashing three bytes.
std::string gzipped(std::string_view bytes);

}  // namespace crossdock::sandbox::amazon
