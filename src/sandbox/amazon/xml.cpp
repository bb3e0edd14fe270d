// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/xml.h"

#include "base/text.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr int kDeepest = 32;

class Reader {
public:
    Reader(std::string_view text, std::string& problem) : text_(text), problem_(problem) {}

    std::optional<XmlElement> document() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        skip_between();
        auto root = element(0);
        if (!root) return std::nullopt;
        skip_between();
        if (at_ != text_.size()) return fail("content after the root element");
        return root;
    }

private:
    std::optional<XmlElement> fail(const char* why) {
        if (problem_.empty()) problem_ = why;
        return std::nullopt;
    }
    [[nodiscard]] bool ahead(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    bool skip_to(std::string_view end) {
        const std::size_t found = text_.find(end, at_);
        if (found == std::string_view::npos) return false;
        at_ = found + end.size();
        return true;
    }
    void skip_blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    void skip_between() {
        for (;;) {
            skip_blanks();
            if (ahead("<!--") ? !skip_to("-->") : ahead("<?") ? !skip_to("?>") : true) return;
        }
    }
    std::string name() {
        const std::size_t from = at_;
        while (at_ < text_.size() && std::string_view(" \t\r\n/>=<").find(text_[at_]) == std::string_view::npos) ++at_;
        return std::string(text_.substr(from, at_ - from));
    }
    bool reference(std::string& out) {
        const std::size_t end = text_.find(';', at_);
        if (end == std::string_view::npos || end - at_ > 10) return false;
        const std::string_view entity = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        if (entity == "amp")
            out += '&';
        else if (entity == "lt")
            out += '<';
        else if (entity == "gt")
            out += '>';
        else if (entity == "quot")
            out += '"';
        else if (entity == "apos")
            out += '\'';
        else
            return code_point(entity, out);
        return true;
    }
    static bool code_point(std::string_view entity, std::string& out) {
        if (entity.size() < 2 || entity[0] != '#') return false;
        const bool hex = entity[1] == 'x';
        unsigned value = 0;
        for (const char c : entity.substr(hex ? 2 : 1)) {
            const int digit = c >= '0' && c <= '9'          ? c - '0'
                              : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                            : -1;
            if (digit < 0 || value > 0x10FFFF) return false;
            value = value * (hex ? 16 : 10) + static_cast<unsigned>(digit);
        }
        if (value == 0 || value > 0x10FFFF) return false;
        if (value < 0x80) {
            out += static_cast<char>(value);
        } else if (value < 0x800) {
            out += static_cast<char>(0xC0U | (value >> 6U));
            out += static_cast<char>(0x80U | (value & 0x3FU));
        } else {
            if (value < 0x10000)
                out += static_cast<char>(0xE0U | (value >> 12U));
            else {
                out += static_cast<char>(0xF0U | (value >> 18U));
                out += static_cast<char>(0x80U | ((value >> 12U) & 0x3FU));
            }
            out += static_cast<char>(0x80U | ((value >> 6U) & 0x3FU));
            out += static_cast<char>(0x80U | (value & 0x3FU));
        }
        return true;
    }
    std::optional<XmlElement> element(int depth) {
        if (depth > kDeepest) return fail("elements are nested too deeply");
        if (at_ >= text_.size() || text_[at_] != '<') return fail("an element was expected");
        ++at_;
        XmlElement out;
        out.name = name();
        if (out.name.empty() || out.name[0] == '!') return fail("an element has no name");
        for (;;) {  // attributes are looked over
            skip_blanks();
            if (ahead("/>")) {
                at_ += 2;
                return out;
            }
            if (ahead(">")) break;
            if (name().empty() || !ahead("=")) return fail("an attribute is malformed");
            ++at_;
            const char quote = at_ < text_.size() ? text_[at_] : ' ';
            if (quote != '"' && quote != '\'') return fail("an attribute has no quotes");
            ++at_;
            if (!skip_to(std::string_view(&quote, 1))) return fail("an attribute does not end");
        }
        ++at_;
        for (;;) {
            if (at_ >= text_.size()) return fail("an element does not end");
            if (ahead("<!--")) {
                if (!skip_to("-->")) return fail("a comment does not end");
            } else if (ahead("</")) {
                at_ += 2;
                if (name() != out.name) return fail("an end tag does not match");
                skip_blanks();
                if (!ahead(">")) return fail("an end tag is malformed");
                ++at_;
                out.text = std::string(trim(out.text));
                return out;
            } else if (text_[at_] == '<') {
                auto child = element(depth + 1);
                if (!child) return std::nullopt;
                out.children.push_back(std::move(*child));
            } else if (text_[at_] == '&') {
                if (!reference(out.text)) return fail("an entity is unknown");
            } else {
                out.text += text_[at_++];
            }
        }
    }

    std::string_view text_;
    std::string& problem_;
    std::size_t at_ = 0;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
    for (const XmlElement& each : children) {
        if (each.name == wanted) return &each;
    }
    return nullptr;
}

std::string XmlElement::text_of(std::string_view wanted) const {
    const XmlElement* found = child(wanted);
    return found == nullptr ? "" : found->text;
}

std::optional<XmlElement> read_xml(std::string_view text, std::string& problem) {
    return Reader(text, problem).document();
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

}  // namespace crossdock::sandbox::amazon
