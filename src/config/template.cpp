// SPDX-License-Identifier: Apache-2.0
#include "config/template.h"

#include <algorithm>

#include "config/options.h"

namespace crossdock::config {

namespace {

constexpr std::size_t kHelpColumn = 44;

/// `name = value          # help`, with a comment sign in front when it is only an example.
std::string line_of(bool active, std::string_view name, std::string_view value, std::string_view help) {
    std::string line = (active ? "" : "# ") + std::string{name} + " = " + std::string{value};
    line.resize(std::max(line.size() + 1, kHelpColumn), ' ');
    return line + "# " + std::string{help} + "\n";
}

struct Example {
    const char* section;
    const char* name;
    const char* value;
    const char* help;
};
// What the two free tables hold is the provider's affair; these are Shopify's.
constexpr Example kExamples[]{
    {"channel.credentials", "shop", "\"acme.myshopify.com\"", "the shop's own myshopify.com name"},
    {"channel.credentials", "access_token", "\"${SHOPIFY_TOKEN}\"",
     "${ENV} or \"file:/path\" instead of the secret itself"},
    {"channel.settings", "location_id", "65432109", "where stock is pushed to when neither item nor update says"},
};

std::string escape_pipes(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string{"\\|"} : std::string{c};
    return out;
}

}  // namespace

std::string template_text(std::string_view database_path) {
    std::string out =
        "# crossdock.toml: the only authority for server, database, log, channels and schedules.\n"
        "# Lines that begin with # are not in force. After a change: `crossdock check`, then restart the service.\n";
    for (const Section& section : sections()) {
        const std::string mark = section.active ? "" : "# ";
        out += "\n# " + std::string{section.help} + "\n" + mark + std::string{section.header} + "\n";
        for (const Option& option : options()) {
            if (option.section != section.name) continue;
            std::string value{option.standard.empty() ? option.example : option.standard};
            if (!database_path.empty() && option.section == "database" && option.name == "path")
                value = "\"" + std::string{database_path} + "\"";
            // A mere example keeps a comment sign of its own, so that taking the block into force does not take it too.
            // A plan without any of them would be none.
            const bool is_example = option.standard.empty() && !option.required && option.section != "plans.name";
            out += (section.active ? "" : "# ") + line_of(!is_example, option.name, value, option.help);
        }
        for (const Example& example : kExamples)
            if (example.section == section.name) out += mark + line_of(true, example.name, example.value, example.help);
    }
    return out;
}

std::string reference_markdown() {
    std::string out =
        "# The config file\n\n"
        "One TOML file, `crossdock.toml`. `crossdock init` writes a commented one, `crossdock check` says what is "
        "wrong with\n"
        "it, each finding as `file:line:column: message`. This page is made from the table in "
        "`src/config/options.cpp`.\n\n"
        "Any text may contain `${NAME}` for an environment variable (`$${` is a literal `${`). A credential may also "
        "be\n"
        "`\"file:/path\"`: the file's content without the line break at its end. A variable or file that is missing is "
        "an\n"
        "error. A secret that other users of the machine can read is a warning, with `check --strict` an error.\n";
    for (const Section& section : sections()) {
        out += "\n## `" + std::string{section.header} + "`\n\n" + std::string{section.help} + "\n";
        bool has_options = false;
        for (const Option& option : options()) {
            if (option.section != section.name) continue;
            if (!has_options) out += "\n| key | value | standard | meaning |\n|---|---|---|---|\n";
            has_options = true;
            std::string standard = option.required ? "required" : "none";
            if (!option.standard.empty()) standard = std::string{"`"}.append(option.standard).append("`");
            out += "| `" + std::string{option.name} + "` | " + escape_pipes(describe(option)) + " | " + standard +
                   " | " + escape_pipes(option.help) + " |\n";
        }
        bool has_examples = false;
        for (const Example& example : kExamples) {
            if (example.section != section.name) continue;
            if (!has_examples) out += "\nFor Shopify, for example:\n\n";
            has_examples = true;
            out += std::string{"- `"} + example.name + " = " + example.value + "`: " + example.help + "\n";
        }
    }
    return out;
}

}  // namespace crossdock::config
