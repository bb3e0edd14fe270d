// SPDX-License-Identifier: Apache-2.0
// What the server says about documents before it runs them; the words are those of recorded answers where there are
// any.
#include "sandbox/graphql/execute.h"
#include "sandbox/shopify/api.h"
#include "unit/sandbox/shopify/shop_fixture.h"

namespace crossdock::sandbox::shopify {
namespace {

struct BadDocument {
    const char* name;
    const char* query;
    const char* variables;
    const char* code;
    const char* message;
    const char* path;  // as JSON, "" for none
};

class RefusedDocument : public ShopTest, public ::testing::WithParamInterface<BadDocument> {};

TEST_P(RefusedDocument, IsNamedAsTheRealServerDoes) {
    open(quiet());
    const BadDocument& row = GetParam();
    const json answer =
        call(row.query, std::string_view{row.variables}.empty() ? json(nullptr) : json::parse(row.variables));
    ASSERT_TRUE(answer.contains("errors")) << answer.dump();
    EXPECT_EQ(answer["errors"][0]["message"], row.message);
    EXPECT_EQ(code_of(answer), row.code);
    if (*row.path != '\0') {
        EXPECT_EQ(answer["errors"][0]["path"], json::parse(row.path));
    }
    EXPECT_FALSE(answer.contains("data"));
}

INSTANTIATE_TEST_SUITE_P(
    Documents, RefusedDocument,
    ::testing::Values(
        BadDocument{"Syntax", "query Q {\n  shop {\n    id\n", "", "PARSE_ERROR",
                    "syntax error, unexpected end of file at [3, 5]", ""},
        BadDocument{"NoSelection", "query Q {\n  shop\n}\n", "", "selectionMismatch",
                    "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { "
                    "... }'?)",
                    R"(["query Q","shop"])"},
        BadDocument{"UnknownQueryRoot", "query Q { nothingOfTheKind { id } }", "", "undefinedField",
                    "Field 'nothingOfTheKind' doesn't exist on type 'QueryRoot'", R"(["query Q","nothingOfTheKind"])"},
        BadDocument{"UnknownMutationRoot", "mutation M { nothingOfTheKind(input: {}) { id } }", "", "undefinedField",
                    "Field 'nothingOfTheKind' doesn't exist on type 'Mutation'",
                    R"(["mutation M","nothingOfTheKind"])"},
        BadDocument{"UnknownField", "query Q { orders(first: 1) { nodes { id nonsense } } }", "", "undefinedField",
                    "Field 'nonsense' doesn't exist on type 'Order'", R"(["query Q","orders","nodes","nonsense"])"},
        BadDocument{"UnusedFragment", "query Q { shop { id } } fragment F on Shop { name }", "", "useAndDefineFragment",
                    "Fragment F was defined, but not used", R"(["fragment F"])"},
        BadDocument{"UndefinedFragment", "query Q { shop { ...F } }", "", "useAndDefineFragment",
                    "Fragment F was used, but not defined", ""},
        BadDocument{"UnknownArgument", "query Q { order(id: \"x\", colour: 1) { id } }", "", "argumentNotAccepted",
                    "Field 'order' doesn't accept argument 'colour'", ""},
        BadDocument{"MissingArgument", "query Q { order { id } }", "", "missingRequiredArguments",
                    "Field 'order' is missing required arguments: id", ""},
        BadDocument{"WrongLiteral", "query Q { orders(first: \"ten\") { nodes { id } } }", "",
                    "argumentLiteralsIncompatible",
                    "Argument 'first' on Field 'orders' has an invalid value (\"ten\"). Expected type 'Int'.", ""},
        BadDocument{"WrongEnum", "query Q { orders(first: 1, sortKey: SIZE) { nodes { id } } }", "",
                    "argumentLiteralsIncompatible",
                    "Argument 'sortKey' on Field 'orders' has an invalid value (SIZE). Expected type 'OrderSortKeys'.",
                    ""},
        BadDocument{"UndeclaredVariable", "query Q { order(id: $id) { id } }", "", "variableNotDefined",
                    "Variable $id is used by Q but not declared", ""},
        BadDocument{"UnusedVariable", "query Q($id: ID!) { shop { id } }", R"({"id":"x"})", "variableNotUsed",
                    "Variable $id is declared by Q but not used", ""},
        BadDocument{"VariableOfWrongType", "query Q($n: String) { orders(first: $n) { nodes { id } } }", "",
                    "variableMismatch", "Type mismatch on variable $n and argument first (String / Int)", ""},
        BadDocument{"UnknownDirective", "query Q { shop @fast { id } }", "", "undefinedDirective",
                    "Directive @fast is not defined", ""},
        BadDocument{
            "IdempotentOnOperation",
            "mutation M($id: ID!) @idempotent(key: \"k\") { fulfillmentCancel(id: $id) { userErrors { message } } }",
            R"({"id":"x"})", "directiveCannotBeApplied",
            "'@idempotent' can't be applied to mutations (allowed: fields)", ""},
        BadDocument{"ImpossibleFragment", "query Q { shop { ... on Order { id } } }", "", "cannotSpreadFragment",
                    "Fragment on Order can't be spread inside Shop", ""},
        BadDocument{"FragmentLoop", "query Q { shop { ...A } } fragment A on Shop { ...B } fragment B on Shop { ...A }",
                    "", "infiniteLoop", "Fragment A contains an infinite loop", ""},
        BadDocument{"MissingVariable", "query Q($id: ID!) { order(id: $id) { id } }", "", "INVALID_VARIABLE",
                    "Variable $id of type ID! was provided invalid value", ""},
        BadDocument{"TwoOperationsNoName", "query A { shop { id } } query B { shop { name } }", "",
                    "OPERATION_NAME_REQUIRED", "An operation name is required", ""},
        BadDocument{"RemovedInputField",
                    "mutation M($i: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $i) @idempotent(key: "
                    "\"k\") { userErrors { message } } }",
                    R"({"i":{"name":"available","reason":"correction","ignoreCompareQuantity":true,"quantities":[]}})",
                    "INVALID_VARIABLE",
                    "Variable $i of type InventorySetQuantitiesInput! was provided invalid value for "
                    "ignoreCompareQuantity (Field is not defined on InventorySetQuantitiesInput)",
                    ""},
        BadDocument{
            "DeepVariable",
            "mutation M($i: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $i) @idempotent(key: \"k\") "
            "{ userErrors { message } } }",
            R"({"i":{"name":"available","reason":"correction","quantities":[{"inventoryItemId":"x","locationId":"y","changeFromQuantity":null}]}})",
            "INVALID_VARIABLE",
            "Variable $i of type InventorySetQuantitiesInput! was provided invalid value for quantities.0.quantity "
            "(Expected value to not be null)",
            ""}),
    [](const auto& row) { return std::string(row.param.name); });

class GraphqlFront : public ShopTest {};

TEST_F(GraphqlFront, AliasesFragmentsDirectivesAndDefaultsWork) {
    open(quiet());
    const json answer = call(R"(query Q($yes: Boolean = true, $no: Boolean!) {
        a: shop { ...Part currencyCode @skip(if: $yes) } b: shop { name @include(if: $no) id __typename }
        again: shop { id } again: shop { name }
        node(id: "gid://shopify/Location/70001") { id ... on Location { name } ... on Order { note } }
      } fragment Part on Shop { id ... on Shop { taxesIncluded } ... { myshopifyDomain } })",
                             {{"no", false}});
    EXPECT_EQ(
        answer["data"]["a"],
        json::parse(
            R"({"id":"gid://shopify/Shop/548380009","taxesIncluded":false,"myshopifyDomain":"demo-shop.myshopify.com"})"));
    EXPECT_EQ(answer["data"]["b"], json::parse(R"({"id":"gid://shopify/Shop/548380009","__typename":"Shop"})"));
    EXPECT_EQ(answer["data"]["again"].size(), 2U);
    EXPECT_EQ(answer["data"]["node"], json::parse(R"({"id":"gid://shopify/Location/70001","name":"Main Warehouse"})"));
}

TEST_F(GraphqlFront, NullsClimbToTheNearestNullableParent) {
    open(quiet());
    const json answer = call("query Q { orders(first: 1, after: \"rubbish\") { nodes { id } } shop { id } }");
    EXPECT_EQ(code_of(answer), "BAD_REQUEST");
    EXPECT_EQ(answer["errors"][0]["message"], "Malformed cursor");
    EXPECT_TRUE(answer["data"].is_null());  // orders is never null, so the whole answer is
}

TEST_F(GraphqlFront, EveryFieldOfTheSchemaIsAnswered) {
    World world(quiet(), clock);
    const Api api(world);
    EXPECT_EQ(api.resolvers().missing(), std::vector<std::string>{});
}

}  // namespace
}  // namespace crossdock::sandbox::shopify
