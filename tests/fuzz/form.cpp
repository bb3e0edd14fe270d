// SPDX-License-Identifier: Apache-2.0
// What keys with a dialect send and get. The first line is the dialect's settings, the rest is a form, a time or JSON.
//
// Promised: a form becomes JSON or is refused with a sentence; local times leave JSON what it is; whatever stands in a
// body, no writer reads beyond it; JSON in another charset says the same.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dialect/requests.h"
#include "dialect/rows.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_form {

void run(std::string_view input);

namespace {

using dialect::Charset;
using dialect::Dialect;
using nlohmann::json;

Dialect dialect_of(std::string_view settings) {
    const auto read = dialect::read_dialect(settings);
    if (!read) {
        check(!read.error().message.empty() && is_valid_utf8(read.error().message), "a wrong dialect is told in text");
        return {};
    }
    const std::string text = dialect::to_text(*read);
    const auto again = dialect::read_dialect(text);
    check(again && dialect::to_text(*again) == text, "settings that were written are read as the same");
    return *read;
}

void check_form(const Dialect& dialect, std::string_view text) {
    const auto form = dialect::form_to_json(dialect, text);
    if (!form) {
        check(form.error().code == "form_syntax" || form.error().code == "form_shape", "a refusal has a code");
        check(is_valid_utf8(form.error().message), "a refusal is told in text");
        return;
    }
    check(json::accept(*form), "a form becomes JSON");
    check(dialect::form_to_json(dialect, text).has_value(), "a form is read the same twice");
    check(json::accept(dialect::read_local_times(dialect, *form)), "times leave it JSON");
}

void check_json(const Dialect& dialect, const std::string& text) {
    const std::string timed = dialect::read_local_times(dialect, text);
    const bool sound = json::accept(text) && is_valid_utf8(text);
    if (sound) check(json::accept(timed), "JSON with local times is JSON with others");
    for (const Charset charset : {Charset::ascii, Charset::windows_1252}) {
        std::string out;
        dialect::append_json(out, text, charset);
        if (sound && charset == Charset::ascii)
            check(json::accept(out) && json::parse(out) == json::parse(text), "JSON in ASCII says the same");
        out.clear();
        dialect::append_xml(out, text, charset);
        check(out.find_first_of("<>\"") == std::string::npos, "nothing in a text is markup");
        out.clear();
        dialect::append_plain(out, text, charset);
    }
    const std::string list = dialect::respell_list(dialect, dialect::List::orders, text);
    if (sound && dialect.format == dialect::Format::json && !dialect.flat && dialect.charset != Charset::windows_1252)
        check(json::accept(list), "a list of JSON is JSON");
    static_cast<void>(dialect::respell_list(dialect, dialect::List::skus, text));
    static_cast<void>(dialect::respell_row(dialect, dialect::List::fba_carton_pushes, "fba_carton_push", text));
    static_cast<void>(dialect::respell_object(dialect, "answer", text));
    static_cast<void>(dialect::respell_error(dialect, text));
}

}  // namespace

void run(std::string_view bytes) {
    Input input(bytes);
    const Dialect dialect = dialect_of(input.line());
    const std::string text{input.rest()};
    check_form(dialect, text);
    check(is_valid_utf8(dialect::body_text(dialect, text, true)), "Windows-1252 is UTF-8 then");
    static_cast<void>(dialect::respell_time(dialect, text));
    static_cast<void>(dialect::read_local_time(dialect, text));
    check_json(dialect, text);
    static_cast<void>(dialect::Zone::from_file("x", text));
    if (const auto rule = dialect::PosixZone::read(text)) static_cast<void>(rule->offset_at(1'795'000'000));
}

}  // namespace crossdock::fuzz::on_form
