// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/search.h"

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::sandbox::shopify {
namespace {

using Node = SearchQuery::Node;

struct Word {
    std::string text;
    bool quoted = false;
};

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Node parse_all(int depth) {
        Node all;
        std::vector<Node> choices;  // pieces between ORs
        while (true) {
            skip_blanks();
            if (at_ >= text_.size() || (text_[at_] == ')' && depth > 0)) break;
            if (text_[at_] == ')') {
                ++at_;
                continue;
            }
            if (keyword("OR")) {
                choices.push_back(std::move(all));
                all = Node{};
                continue;
            }
            if (keyword("AND")) continue;
            all.below.push_back(parse_one(depth));
        }
        if (choices.empty()) return all;
        choices.push_back(std::move(all));
        Node any;
        any.kind = Node::Kind::any;
        any.below = std::move(choices);
        Node out;
        out.below.push_back(std::move(any));
        return out;
    }

private:
    void skip_blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    bool keyword(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return false;
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && text_[end] != ' ' && text_[end] != '(') return false;
        at_ = end;
        return true;
    }

    Node parse_one(int depth) {
        if (keyword("NOT") || (text_[at_] == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ' ')) {
            if (text_[at_] == '-') ++at_;
            skip_blanks();
            Node negation;
            negation.kind = Node::Kind::negation;
            if (at_ < text_.size()) negation.below.push_back(parse_one(depth));
            return negation;
        }
        if (text_[at_] == '(' && depth < 20) {
            ++at_;
            Node inner = parse_all(depth + 1);
            if (at_ < text_.size()) ++at_;
            return inner;
        }
        Node node;
        node.kind = Node::Kind::term;
        Word word = read_word(true);
        if (!word.quoted && at_ < text_.size() && text_[at_] == ':') {
            ++at_;
            node.term.field = word.text;
            for (const char* sign : {">=", "<=", ">", "<"}) {
                if (!text_.substr(at_).starts_with(sign)) continue;
                node.term.comparison = sign;
                at_ += node.term.comparison.size();
                break;
            }
            word = read_word(false);
            if (!word.quoted && word.text.size() > 10 && word.text[4] == '-' && word.text[7] == '-') {
                word.text = word.text.substr(0, 10);  // the colons of an unquoted time end the value
            }
        }
        node.term.value = word.text;
        return node;
    }

    /// Up to a blank or parenthesis (and a colon, in a field's name); quotes of either kind keep both.
    Word read_word(bool stop_at_colon) {
        Word word;
        if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
            const char quote = text_[at_++];
            word.quoted = true;
            while (at_ < text_.size() && text_[at_] != quote) {
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                word.text += text_[at_++];
            }
            if (at_ < text_.size()) ++at_;
            return word;
        }
        while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')' && text_[at_] != '(' &&
               !(stop_at_colon && text_[at_] == ':')) {
            word.text += text_[at_++];
        }
        if (word.text.empty() && at_ < text_.size() && text_[at_] != ':') ++at_;  // always forward
        return word;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void gather(const Node& node, std::vector<const SearchTerm*>& out, bool only_required) {
    if (node.kind == Node::Kind::term) {
        out.push_back(&node.term);
        return;
    }
    if (only_required && node.kind != Node::Kind::all) return;
    for (const Node& below : node.below) gather(below, out, only_required);
}

void write(JsonWriter& json, const Node& node) {
    switch (node.kind) {
        case Node::Kind::term:
            json.begin_object();
            if (!node.term.field.empty()) json.field("field", std::string_view{node.term.field});
            if (node.term.comparison.empty()) {
                json.field("match_all", std::string_view{node.term.value});
            } else {
                const std::string name = node.term.comparison == ">="   ? "gte"
                                         : node.term.comparison == "<=" ? "lte"
                                         : node.term.comparison == ">"  ? "gt"
                                                                        : "lt";
                json.key("range").begin_object().field(name, std::string_view{node.term.value}).end_object();
            }
            json.end_object();
            return;
        case Node::Kind::negation:
            json.begin_object().key("not");
            if (node.below.empty())
                json.null();
            else
                write(json, node.below.front());
            json.end_object();
            return;
        case Node::Kind::all:
        case Node::Kind::any:
            if (node.below.size() == 1) return write(json, node.below.front());
            json.begin_object().key(node.kind == Node::Kind::all ? "and" : "or").begin_array();
            for (const Node& below : node.below) write(json, below);
            json.end_array().end_object();
            return;
    }
}

}  // namespace

SearchQuery SearchQuery::parse(std::string_view text) {
    SearchQuery query;
    query.root_ = Parser(text).parse_all(0);
    return query;
}

bool SearchQuery::matches(const Node& node, const std::function<bool(const SearchTerm&)>& test) {
    switch (node.kind) {
        case Node::Kind::term: return test(node.term);
        case Node::Kind::negation: return node.below.empty() || !matches(node.below.front(), test);
        case Node::Kind::all:
            for (const Node& below : node.below) {
                if (!matches(below, test)) return false;
            }
            return true;
        case Node::Kind::any:
            for (const Node& below : node.below) {
                if (matches(below, test)) return true;
            }
            return false;
    }
    return true;
}

std::vector<const SearchTerm*> SearchQuery::required() const {
    std::vector<const SearchTerm*> out;
    gather(root_, out, true);
    return out;
}

std::vector<const SearchTerm*> SearchQuery::terms() const {
    std::vector<const SearchTerm*> out;
    gather(root_, out, false);
    return out;
}

std::string SearchQuery::parsed_json() const {
    std::string out;
    JsonWriter json(out);
    write(json, root_);
    return out;
}

std::optional<Timestamp> term_time(const SearchTerm& term) {
    const auto parsed = parse_iso8601(term.value, ZoneRule::utc);
    return parsed ? std::optional<Timestamp>(*parsed) : std::nullopt;
}

bool time_matches(const SearchTerm& term, Timestamp at) {
    const auto start = term_time(term);
    if (!start) return false;
    const bool day = term.value.size() == 10;
    const Timestamp end = *start + (day ? std::chrono::milliseconds(std::chrono::days(1))
                                        : std::chrono::milliseconds(std::chrono::seconds(1)));
    if (term.comparison == ">=") return at >= *start;
    if (term.comparison == ">") return day ? at >= end : at > *start;
    if (term.comparison == "<=") return day ? at < end : at <= *start;
    if (term.comparison == "<") return at < *start;
    return at >= *start && at < end;
}

bool text_matches(const SearchTerm& term, std::string_view value) {
    for (const std::string& choice : split(term.value, ',')) {
        const std::string wanted = to_lower(trim(choice));
        if (wanted == "*") return !value.empty();
        if (!wanted.empty() && wanted.back() == '*') {
            if (to_lower(value).starts_with(wanted.substr(0, wanted.size() - 1))) return true;
        } else if (to_lower(value) == wanted) {
            return true;
        }
    }
    return false;
}

}  // namespace crossdock::sandbox::shopify
