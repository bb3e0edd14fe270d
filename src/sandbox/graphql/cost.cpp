// SPDX-License-Identifier: Apache-2.0
// The provider publishes the rules, not the code; the constants below reproduce recorded costs.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sandbox/graphql/coerce.h"
#include "sandbox/graphql/execute.h"

namespace crossdock::sandbox::graphql {
namespace {

using nlohmann::json;

class Estimate {
public:
    Estimate(const Schema& schema, const Document& document, const json& variables)
        : schema_(schema), document_(document), variables_(variables) {}

    int of(const std::vector<Selection>& selections, const TypeDef& type) const {
        int sum = 0;
        std::set<std::string_view> seen;
        add(selections, type, seen, sum);
        return sum;
    }

private:
    void add(const std::vector<Selection>& selections, const TypeDef& type, std::set<std::string_view>& seen,
             int& sum) const {
        for (const Selection& selection : selections) {
            if (selection.kind == Selection::Kind::spread) {
                const Fragment* fragment = document_.fragment(selection.name);
                add(fragment->selections, *schema_.find(fragment->condition), seen, sum);
            } else if (selection.kind == Selection::Kind::inline_fragment) {
                add(selection.selections, selection.condition.empty() ? type : *schema_.find(selection.condition), seen,
                    sum);
            } else if (const FieldDef* field = type.field(selection.name);
                       field != nullptr && field->named->composite() && seen.insert(selection.key()).second) {
                sum += field_cost(selection, *field);
            }
        }
    }

    int field_cost(const Selection& selection, const FieldDef& field) const {
        if (field.parent->name == "Mutation") return 10 + of(selection.selections, *field.named);
        if (!field.named->connection) return object_cost(*field.named) + of(selection.selections, *field.named);
        const json arguments = coerce_arguments(schema_, field, selection.arguments, variables_);
        std::int64_t n = 10;
        for (const char* name : {"first", "last"}) {
            if (const auto at = arguments.find(name); at != arguments.end() && at->is_number_integer())
                n = at->get<std::int64_t>();
        }
        const int node = node_cost(selection.selections, *field.named->field("nodes")->named);
        return connection_cost(n, node);
    }

    /// What one node costs, wherever below the connection (nodes, edges > node, fragments) it is selected.
    int node_cost(const std::vector<Selection>& selections, const TypeDef& node) const {
        int sum = 0;
        for (const Selection& selection : selections) {
            if (selection.kind == Selection::Kind::spread)
                sum += node_cost(document_.fragment(selection.name)->selections, node);
            else if (selection.kind == Selection::Kind::inline_fragment || selection.name == "edges")
                sum += node_cost(selection.selections, node);
            else if (selection.name == "nodes" || selection.name == "node")
                sum += of(selection.selections, node);
        }
        return sum;
    }

    const Schema& schema_;
    const Document& document_;
    const json& variables_;
};

}  // namespace

int connection_cost(std::int64_t n, int node) {
    if (n <= 0) return 2;
    const int factor = std::max(1, static_cast<int>(std::floor(2.0 * std::log(static_cast<double>(n)))));
    return 2 + factor * (1 + node);
}

int object_cost(const TypeDef& type) {
    static const std::set<std::string, std::less<>> kFree{
        "MoneyBag",  "MoneyV2",  "MailingAddress",           "Weight",
        "Attribute", "PageInfo", "InventoryItemMeasurement", "InventoryChange"};
    if (type.name == "Count") return 10;
    if (type.name.ends_with("Payload")) return 0;  // the mutation itself was charged
    return kFree.contains(type.name) || type.name.ends_with("UserError") ? 0 : 1;
}

int requested_cost(const Schema& schema, const Document& document, const Operation& operation, const json& variables) {
    return Estimate(schema, document, variables)
        .of(operation.selections, operation.kind == "mutation" ? schema.mutation() : schema.query());
}

}  // namespace crossdock::sandbox::graphql
