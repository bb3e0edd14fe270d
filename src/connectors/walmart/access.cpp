// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/access.h"

#include <algorithm>

#include "base/json_writer.h"
#include "connectors/walmart/catalog.h"

namespace crossdock::connectors::walmart {
namespace {

struct Need {
    std::string_view scope;
    bool full;
    std::string_view without;
};
constexpr Need kNeeds[]{
    {"orders", true, "orders are not acknowledged or shipped (without any access: not even read)"},
    {"returns", false, "refunds are not read"},
    {"item", false, "the catalogue is not read"},
    {"inventory", true, "stock is not pushed"},
    {"feeds", true, "stock of more than a hundred items at once is not pushed"},
};

void check_scopes(JsonView scopes, std::vector<domain::Problem>& problems) {
    if (!scopes.is_object()) return;  // nothing is said, so nothing is known to be missing
    for (const Need& need : kNeeds) {
        const JsonView given = scopes[need.scope];
        if (!given) continue;
        const std::string_view word = given.word();
        if (word == "full_access" || (word == "view_only" && !need.full)) continue;
        problems.push_back({"permission_missing", "the key's access to \"" + std::string{need.scope} + "\" is " +
                                                      in_quotes(word.substr(0, 20)) + ": " + std::string{need.without} +
                                                      "; give it " +
                                                      (need.full ? "full access" : "at least view access") +
                                                      " in Walmart's Developer Portal"});
    }
}

void check_ship_node(const Settings& settings, const std::vector<ShipNode>& nodes,
                     std::vector<domain::Problem>& problems) {
    std::string active;
    std::size_t count = 0;
    for (const ShipNode& node : nodes) {
        if (!node.active) continue;
        active += (active.empty() ? "" : ", ") + node.id + " (" + in_quotes(node.name.substr(0, 40)) + ")";
        ++count;
    }
    if (settings.ship_node.empty()) {
        if (count > 1)
            problems.push_back({"ship_node_missing",
                                "the seller ships from several places, and the setting ship_node "
                                "names none: stock goes to Walmart's default one. Active are " +
                                    active});
        return;
    }
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&](const ShipNode& node) { return node.id == settings.ship_node; });
    if (found == nodes.end())
        problems.push_back(
            {"ship_node_unknown", "Walmart does not know the ship node " + settings.ship_node +
                                      " of the setting ship_node, so that stock cannot be pushed" +
                                      (active.empty() ? "; it names no active one" : "; active are " + active)});
    else if (!found->active)
        problems.push_back({"ship_node_inactive", "the ship node " + settings.ship_node +
                                                      " of the setting ship_node is inactive at Walmart" +
                                                      (active.empty() ? "" : "; active are " + active)});
}

}  // namespace

Result<std::string> read_access(Client& client, std::vector<domain::Problem>& problems) {
    const auto detail = client.call({Operation::get_token_detail, "/v3/token/detail"});
    if (!detail) return detail.error();
    const JsonView root = detail->root;
    if (root["is_valid"].is_false())
        return Error{ErrorKind::denied, "walmart_denied",
                     "Walmart calls the channel's access token invalid; check the key in Walmart's Developer Portal"};
    check_scopes(root["scopes"], problems);

    std::vector<ShipNode> nodes;
    auto read = read_ship_nodes(client);
    if (read) {
        nodes = std::move(*read);
        check_ship_node(client.settings(), nodes, problems);
    } else if (read.error().kind == ErrorKind::denied) {
        problems.push_back({"ship_nodes_unreadable",
                            "the key may not read the seller's ship nodes, so that the setting "
                            "ship_node was not checked: " +
                                read.error().message});
    } else {
        return read.error();
    }

    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("currency", "USD").key("scopes").begin_object();
    for (const Need& need : kNeeds)
        if (const auto word = root["scopes"][need.scope].filled_text()) writer.field(need.scope, *word);
    writer.end_object().key("ship_nodes").begin_array();
    for (const ShipNode& node : nodes)
        writer.begin_object()
            .field("id", node.id)
            .field("name", node.name)
            .field("type", node.type)
            .field("active", node.active)
            .end_object();
    writer.end_array().end_object();
    return out;
}

}  // namespace crossdock::connectors::walmart
