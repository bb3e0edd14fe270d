// SPDX-License-Identifier: Apache-2.0
// Bulk exports: the checks of the inner query, and the JSON lines.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/graphql/coerce.h"
#include "sandbox/shopify/api.h"
#include "sandbox/encoding.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

/// What the walk over an inner query found.
struct Findings {
    int connections = 0, depth = 0;  // depth counts the root connection, the limit does not
    std::vector<std::string> with_nodes, without_id;
    bool inside_list = false;
};

const Selection* below(const Selection& selection, std::string_view name) {
    for (const Selection& one : selection.selections) {
        if (one.kind == Selection::Kind::field && one.name == name) return &one;
    }
    return nullptr;
}

void inspect(const Schema& schema, const std::vector<Selection>& selections, const TypeDef& type, int depth,
             bool in_list, Findings& found) {
    for (const Selection& selection : selections) {
        if (selection.kind != Selection::Kind::field) {
            const TypeDef* inner = selection.condition.empty() ? &type : schema.find(selection.condition);
            if (inner != nullptr) inspect(schema, selection.selections, *inner, depth, in_list, found);
            continue;
        }
        const FieldDef* field = type.field(selection.name);
        if (field == nullptr || !field->named->composite()) continue;
        if (!field->named->connection) {
            inspect(schema, selection.selections, *field->named, depth, in_list || field->type.element != nullptr,
                    found);
            continue;
        }
        ++found.connections;
        found.depth = std::max(found.depth, depth + 1);
        found.inside_list = found.inside_list || in_list;
        if (below(selection, "nodes") != nullptr) found.with_nodes.push_back(selection.name);
        const Selection* edges = below(selection, "edges");
        const Selection* node = edges == nullptr ? nullptr : below(*edges, "node");
        if (node == nullptr) continue;
        const int before = found.connections;
        inspect(schema, node->selections, *field->named->field("nodes")->named, depth + 1, in_list, found);
        const Selection* id = below(*node, "id");
        if (found.connections > before && (id == nullptr || !id->alias.empty()))
            found.without_id.push_back(selection.name);
    }
}

std::string quoted_list(const std::vector<std::string>& names, const char* quote) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + std::string(quote) + name + quote;
    return out;
}

std::vector<std::string> faults_of(const Schema& schema, const Prepared& prepared) {
    std::vector<std::string> faults;
    const Operation& operation = prepared.document.operations.front();
    if (operation.kind != "query") return {"Invalid operation type. Only `query` operations are supported."};
    for (const Selection& root : operation.selections) {
        if (root.name == "node" || root.name == "nodes")
            faults.push_back("Bulk queries cannot contain a top level `" + root.name + "` field.");
    }
    Findings found;
    inspect(schema, operation.selections, schema.query(), 0, false, found);
    if (found.connections == 0) faults.emplace_back("Bulk queries must contain at least one connection.");
    if (found.connections > 5) faults.emplace_back("Bulk queries cannot contain more than 5 connections.");
    if (found.depth > 3)
        faults.emplace_back("Bulk queries cannot contain connections with a nesting depth greater than 2.");
    if (found.inside_list)
        faults.emplace_back("Queries that contain a connection field within a list field are not currently supported.");
    if (!found.with_nodes.empty()) {
        faults.push_back(
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '" +
            found.with_nodes.front() +
            " { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: " +
            quoted_list(found.with_nodes, "'") + ".");
    }
    if (!found.without_id.empty()) {
        faults.push_back(
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be "
            "of 'ID' return type. "
            "Connection fields without 'id': " +
            quoted_list(found.without_id, "") + ".");
    }
    return faults;
}

/// Takes the connections out of an object and of the objects in it; what is around them stays.
void take_connections(nlohmann::ordered_json& object, std::vector<nlohmann::ordered_json>& children) {
    for (auto at = object.begin(); at != object.end();) {
        if (at->is_object() && at->contains("edges")) {
            for (auto& edge : (*at)["edges"]) children.push_back(std::move(edge["node"]));
            at = object.erase(at);
        } else {
            if (at->is_object()) take_connections(*at, children);
            ++at;
        }
    }
}

/// As the results are written: with every slash escaped.
std::string with_escaped_slashes(const std::string& text) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (const char c : text) {
        if (c == '/') out += '\\';
        out += c;
    }
    return out;
}

/// Puts the nodes of nested connections after their node, each with its id. The parent is the node that a query went
/// through last, also where the connection is a field of an object of it (a variant's inventoryItem).
/// Source: results in public issues and test data, {"inventoryItem":{},…} and {…,"__parentId":"gid:\/\/shopify\/ProductVariant\/…"}.
void flatten(nlohmann::ordered_json& node, const std::string& parent, std::string& out, std::int64_t& objects) {
    std::vector<nlohmann::ordered_json> children;
    take_connections(node, children);
    if (!parent.empty()) node["__parentId"] = parent;
    out += with_escaped_slashes(node.dump()) + "\n";
    ++objects;
    const std::string id = node.value("id", "");
    for (auto& child : children) flatten(child, id, out, objects);
}

}  // namespace

/// Writes the rows, seen with the rights of whoever asked: those of the moment at which they are written. A small
/// result is written at once; a large one slice by slice, so that everybody else is answered meanwhile and no more than
/// a slice is ever in memory as a tree.
void Api::write_bulk(std::int64_t id, const std::shared_ptr<graphql::Prepared>& prepared,
                     const std::set<std::string, std::less<>>& scopes, const std::string& after) {
    constexpr std::int32_t kSlice = 1'000;
    BulkOperation& done = world_.bulk_operations[id];
    if (done.status != "RUNNING") return;
    RequestContext before = std::exchange(request_, RequestContext{});
    request_.scopes = scopes;
    request_.bulk = true;
    request_.bulk_slice = kSlice;
    request_.bulk_after = after;
    const Operation& inner = prepared->document.operations.front();
    const Outcome outcome = execute(schema_, resolvers_, *prepared, inner, json::object(), hooks());
    const std::string next = request_.bulk_next;
    request_ = std::move(before);
    if (!outcome.errors.empty() && outcome.data == "null") {
        done.status = "FAILED";
        done.error_code = "ACCESS_DENIED";
    } else {
        auto data = nlohmann::ordered_json::parse(outcome.data);  // fields stay in the order asked for
        for (auto& [key, connection] : data.items()) {
            if (!connection.is_object() || !connection.contains("edges")) continue;
            for (auto& edge : connection["edges"]) {
                ++done.roots;
                flatten(edge["node"], "", done.result, done.objects);
            }
        }
        if (!next.empty()) {
            world_.at(world_.now() + 100ms,
                      [this, id, prepared, scopes, next] { write_bulk(id, prepared, scopes, next); });
            return;
        }
        done.status = "COMPLETED";
    }
    done.completed_at = world_.now();
    Subject subject;
    subject.bulk = &done;
    world_.emit("BULK_OPERATIONS_FINISH", subject);
}

void Api::bind_bulk_mutations() {
    resolvers_.add("Mutation", "bulkOperationRunQuery", [this](const ObjectRef&, const Call& call) -> Resolved {
        const std::string text = call.arguments.value("query", "");
        const auto refuse = [&](const std::vector<std::string>& messages) {
            std::vector<Refusal> refusals;
            for (const std::string& message : messages) refusals.push_back({{"query"}, message, "INVALID"});
            return payload(call, {}, refusals);
        };
        if (text.size() > 65'535) return refuse({"Query is too long (maximum is 65535 bytes)."});
        const auto prepared = graphql::prepare(schema_, text);
        if (!prepared->errors.empty()) return refuse({"Invalid bulk query: " + prepared->errors.front().message});
        if (const auto faults = faults_of(schema_, *prepared); !faults.empty()) return refuse(faults);
        std::string busy;
        int running = 0;
        for (auto& [id, known] : world_.bulk_operations) {
            if (known.completed_at && *known.completed_at + 168h < world_.now())
                known.result.clear();  // its link has expired
            if (known.status != "CREATED" && known.status != "RUNNING") continue;
            ++running;
            busy += (busy.empty() ? "" : ", ") + gid("BulkOperation", id);
        }
        if (running >= 5) {
            return payload(call, {},
                           {{{},
                             "A bulk query operation for this app and shop is already in progress: " + busy + ".",
                             "OPERATION_IN_PROGRESS"}});
        }
        const std::int64_t id = world_.next_id("BulkOperation");
        ++world_.counters.bulk_started;
        BulkOperation& operation = world_.bulk_operations[id];
        operation.id = id;
        operation.query = text;
        operation.created_at = world_.now();
        operation.signature = sha256_hex(std::to_string(id) + world_.options().client_secrets.front()).substr(0, 32);
        world_.at(world_.now() + 3s, [this, id] {
            if (world_.bulk_operations[id].status == "CREATED") world_.bulk_operations[id].status = "RUNNING";
        });
        world_.at(world_.now() + 20s,
                  [this, id, prepared, scopes = request_.scopes] { write_bulk(id, prepared, scopes, ""); });
        return payload(call, {{"bulkOperation", view("BulkOperation", operation)}});
    });

    resolvers_.add("Mutation", "bulkOperationCancel", [this](const ObjectRef&, const Call& call) -> Resolved {
        const auto at =
            world_.bulk_operations.find(gid_number(call.arguments.value("id", ""), "BulkOperation").value_or(0));
        if (at == world_.bulk_operations.end())
            return payload(call, {}, {{{"id"}, "Bulk operation does not exist", ""}});
        if (at->second.status != "CREATED" && at->second.status != "RUNNING") {
            return payload(call, {},
                           {{{"id"}, "A bulk operation cannot be canceled when it is " + at->second.status, ""}});
        }
        at->second.status = "CANCELED";
        at->second.completed_at = world_.now();
        return payload(call, {{"bulkOperation", view("BulkOperation", at->second)}});
    });
}

}  // namespace crossdock::sandbox::shopify
