// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/environment.h"

/// What stands in the config file instead of a value: `${NAME}` and `file:path`.
namespace crossdock::config {

struct Expanded {
    std::string text;
    bool from_environment = false;  // at least one ${NAME} was replaced
};
/// Replaces every `${NAME}` by the environment variable; `$${` is a literal `${`. Errors: invalid; the message names
/// the variable that is not set or says what is wrong with the spelling.
Result<Expanded> expand(std::string_view text, const Environment& environment);

/// Whether the text asks for a file's content instead of being the value.
bool names_file(std::string_view text);

struct FileSecret {
    std::string text;                 // without the line break at its end
    std::string path;                 // absolute
    bool readable_by_others = false;  // always false where files have no such permission
};
/// Reads the file that "file:path" names; a relative path starts at `folder`. Errors: invalid; the message names the
/// file.
Result<FileSecret> read_secret_file(std::string_view text, const std::string& folder);

/// Whether users other than the owner and group may read the file. False where there is no such permission.
bool is_readable_by_others(const std::string& path);

/// Whether a credential of this name is a secret (a token, key, password) rather than a name (shop, client_id, region).
/// A name nobody knows counts as a secret.
bool is_secret_name(std::string_view credential);

}  // namespace crossdock::config
