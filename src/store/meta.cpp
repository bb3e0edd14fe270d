// SPDX-License-Identifier: Apache-2.0
#include "store/meta.h"

#include <array>

#include "base/text.h"

namespace crossdock::store {

std::optional<std::string> get_meta(db::Session& session, std::string_view name) {
    db::Statement statement(session, "SELECT value FROM meta WHERE name = ?");
    statement.bind(name);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

void set_meta(db::Session& session, std::string_view name, std::string_view value) {
    db::Statement statement(session, "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    statement.bind(name, value).exec();
}

std::int64_t current_sequence(db::Session& session) {
    db::Statement statement(session, "SELECT value FROM change_sequence WHERE id = 1");
    statement.step();
    return statement.integer(0);
}

Installation count_boot(db::Session& session, Random& random) {
    Installation installation;
    if (const auto id = get_meta(session, "installation_id")) {
        installation.id = *id;
    } else {
        installation.id = random.uuid();
        set_meta(session, "installation_id", installation.id);
    }
    if (const auto secret = get_meta(session, "cursor_secret")) {
        installation.cursor_secret = *secret;
    } else {
        std::array<std::byte, 32> bytes{};
        random.fill(bytes);
        std::string text;
        for (const std::byte b : bytes) text += static_cast<char>(b);
        installation.cursor_secret = to_hex(text);
        set_meta(session, "cursor_secret", installation.cursor_secret);
    }
    installation.boots = std::stoll(get_meta(session, "boots").value_or("0")) + 1;
    set_meta(session, "boots", std::to_string(installation.boots));
    return installation;
}

}  // namespace crossdock::store
