// SPDX-License-Identifier: Apache-2.0
#include "integration/bad_input_rows.h"

namespace crossdock::testing {
namespace {

std::string request(const std::string& method, const std::string& path, const std::string& headers,
                    const std::string& body) {
    return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n" + headers +
           (method == "POST" ? "Content-Type: application/json\r\nContent-Length: {LENGTH}\r\n" : "") + "\r\n" + body;
}
const std::string kKey = "X-Api-Key: {KEY}\r\n";
std::string get(const std::string& path) { return request("GET", path, kKey, ""); }
std::string post(const std::string& path, const std::string& body) { return request("POST", path, kKey, body); }
std::string ack(const std::string& body) { return post("/api/v1/orders/ack", body); }
std::string stock(const std::string& items) {
    return post("/api/v1/inventory_updates", R"({"channel":"shop-test","items":)" + items + "}");
}
std::string one_item(const std::string& members) { return stock("[{" + members + "}]"); }
std::string ship(const std::string& members) {
    return post("/api/v1/shipments", R"({"shipments":[{)" + members + "}]}");
}
std::string track(const std::string& number) {
    return ship(R"("remote_order_id":{ORDER},"carrier":"UPS","tracking_number":")" + number + "\"");
}
std::string dated(const std::string& date) {
    return ship(R"("remote_order_id":{ORDER},"carrier":"UPS","tracking_number":"1Z1","ship_date":")" + date + "\"");
}

void add_keys(std::vector<BadInput>& rows) {
    const auto list = [](const std::string& headers) { return request("GET", "/api/v1/orders", headers, ""); };
    rows.push_back({"A1", "none", list(""), {401}});
    rows.push_back({"A1", "unknown", list("X-Api-Key: nonsense\r\n"), {401}});
    rows.push_back({"A1", "bad checksum", list("X-Api-Key: {KEY}x\r\n"), {401}});
    rows.push_back({"A1", "revoked", list("X-Api-Key: {REVOKED}\r\n"), {401}});
    rows.push_back({"A1", "expired", list("X-Api-Key: {EXPIRED}\r\n"), {401}, false, "expired"});
    rows.push_back({"A1",
                    "in the address",
                    request("GET", "/api/v1/orders?api_key={KEY}", "", ""),
                    {401},
                    false,
                    "X-Api-Key header"});
    rows.push_back({"A1", "two", list(kKey + "Authorization: Bearer {FOREIGN}\r\n"), {400}});
    rows.push_back({"A2",
                    "reader writes",
                    request("POST", "/api/v1/orders/ack", "X-Api-Key: {READER}\r\n", R"({"ids":[]})"),
                    {403}});
    rows.push_back({"A2", "another account's order", get("/api/v1/orders/{OTHER_ORDER}"), {404}});
    rows.push_back({"A3", "blanks around", list("X-Api-Key:   {KEY}  \r\n"), {200}});
    rows.push_back({"A3", "a tab around", list("X-Api-Key: \t{KEY}\t\r\n"), {200}});
    rows.push_back({"A3", "as Bearer, blanks around", list("Authorization: Bearer   {KEY} \r\n"), {200}});
    rows.push_back(
        {"A3", "a line end inside: the header ends there", list("X-Api-Key: {KEY}\r\n\r\n"), {200}, false, "", 1});
    rows.push_back({"A3", "quotes around", list("X-Api-Key: \"{KEY}\"\r\n"), {401}, false, "characters"});
    rows.push_back({"W1", "no signature", request("POST", "/hooks/shop-test", "", "{}"), {401}});
    rows.push_back(
        {"W1", "wrong signature", request("POST", "/hooks/shop-test", "X-Shopify-Hmac-Sha256: AAAA\r\n", "{}"), {401}});
    rows.push_back({"W1", "unknown channel", request("POST", "/hooks/nobody", "", "{}"), {404, 401}});
}

void add_json(std::vector<BadInput>& rows) {
    for (const char* body : {"", "   ", "{\"ids\":[]}{\"ids\":[]}", "{\"ids\":[1,]}", "{\"ids\":[NaN]}",
                             "{\"ids\":[]/*x*/}", "{'ids':[]}"})
        rows.push_back({"J1", body, ack(body), {400}, false, " at line 1, column "});
    rows.push_back({"J2", "depth 65", ack("{\"ids\":" + std::string(65, '[') + std::string(65, ']') + "}"), {400}});
    rows.push_back({"J2", "20000 deep", ack(std::string(20'000, '[')), {400}});
    std::string many = "{\"ids\":[1";
    for (int i = 0; i < 100'000; ++i) many += ",1";
    rows.push_back({"J3", "a byte over 1 MiB", ack(std::string(1024 * 1024 + 1, ' ')), {413}, true});
    rows.push_back({"J3", "100001 elements", ack(many + "]}"), {422}});
    rows.push_back(
        {"J3", "a string of 300 KB", ack("{\"ids\":[],\"x\":\"" + std::string(300'000, 'x') + "\"}"), {422}});
    rows.push_back({"J4", "a name twice", ack(R"({"ids":[],"ids":[1]})"), {422}, false, "ids"});
    rows.push_back({"J5", "not UTF-8", ack("{\"ids\":[],\"x\":\"\xff\"}"), {400}});
    rows.push_back({"J5", "lone surrogate", ack(R"({"ids":[],"x":"\ud800"})"), {400}});
    rows.push_back({"J5", "NUL", ack(R"({"ids":[],"x":"\u0000"})"), {422}});
    rows.push_back({"J5", "byte order mark", ack("\xEF\xBB\xBF{\"ids\":[]}"), {200}});
    for (const char* body : {"[]", "\"x\"", "5", "null", "true"})
        rows.push_back({"J6", body, ack(body), {422}, false, "must be an object"});
    for (const char* ids : {"null", "\"1\"", "{}"})
        rows.push_back({"J7", ids, ack(std::string{"{\"ids\":"} + ids + "}"), {422}, false, "ids must be an array"});
    rows.push_back({"J7", "missing", ack("{}"), {422}, false, "ids must be an array"});
    rows.push_back({"J7", "empty", ack(R"({"ids":[]})"), {200}, false, R"({"updated":0})"});
    std::string long_list = "{\"ids\":[1";
    for (int i = 0; i < 10'000; ++i) long_list += ",1";
    rows.push_back({"J7", "10001 long", ack(long_list + "]}"), {422}, false, "10001"});
    for (const char* id : {"\"5\"", "5.5", "-1", "9223372036854775808", "null", "true"})
        rows.push_back({"J7", id, ack(std::string{"{\"ids\":[1,"} + id + "]}"), {422}, false, "ids[1]"});
    rows.push_back({"J8", "unknown", ack(R"({"ids":[999999999]})"), {200}, false, R"({"updated":0})"});
    rows.push_back({"J8", "another account's", ack(R"({"ids":[{OTHER_ORDER}]})"), {200}, false, R"({"updated":0})"});
    rows.push_back({"J7", "twice in one list", ack(R"({"ids":[{ORDER},{ORDER}]})"), {200}, false, R"({"updated":1})"});
    rows.push_back({"J8", "again", ack(R"({"ids":[{ORDER}]})"), {200}, false, R"({"updated":0})"});
    rows.push_back({"J9", "items", stock("{}"), {422}, false, R"({"error":"items must be an array"})"});
    rows.push_back({"J9",
                    "shipments",
                    post("/api/v1/shipments", R"({"shipments":5})"),
                    {422},
                    false,
                    R"({"error":"shipments must be an array"})"});
}

void add_stock(std::vector<BadInput>& rows) {
    for (const char* quantity : {"10.0", "1e3"})
        rows.push_back(
            {"J10", quantity, one_item(std::string{R"("item_master_id":{ITEM},"quantity":)"} + quantity), {201}});
    for (const char* quantity : {"10.5", "\"10\"", "true", "null", "-1", "2147483648"})
        rows.push_back({"J10",
                        quantity,
                        one_item(std::string{R"("item_master_id":{ITEM},"quantity":)"} + quantity),
                        {422},
                        false,
                        "items[0].quantity"});
    rows.push_back(
        {"J11", "neither", one_item(R"("quantity":1)"), {422}, false, "either item_master_id or sku must be present"});
    rows.push_back({"J11",
                    "disagreeing",
                    one_item(R"("item_master_id":{ITEM},"sku":"{OTHER_SKU}","quantity":1)"),
                    {422},
                    false,
                    "{OTHER_SKU}"});
    rows.push_back({"J11", "unknown id", one_item(R"("item_master_id":999999999,"quantity":1)"), {422}});
    rows.push_back({"J11", "unknown sku", one_item(R"("sku":"no-such-sku","quantity":1)"), {422}});
    rows.push_back({"J11", "of another channel", one_item(R"("item_master_id":{TWIN_ITEM},"quantity":1)"), {422}, false, "{TWIN_ITEM}"});
    rows.push_back({"J11", "of another account", one_item(R"("item_master_id":{OTHER_ITEM},"quantity":1)"), {422}});
    std::string items = "[";
    for (int i = 0; i < 499; ++i) items += R"({"item_master_id":{ITEM},"quantity":1},)";
    rows.push_back({"J12",
                    "one bad of 500",
                    stock(items + R"({"item_master_id":{ITEM},"quantity":-1}])"),
                    {422},
                    false,
                    "items[499]"});
    rows.push_back({"J13",
                    "same item twice",
                    stock(R"([{"item_master_id":{ITEM},"quantity":1},{"item_master_id":{ITEM},"quantity":2}])"),
                    {422},
                    false,
                    "items[1]"});
    rows.push_back({"Q4",
                    "stock of an unknown channel",
                    post("/api/v1/inventory_updates", R"({"channel":"nobody","items":[]})"),
                    {404},
                    false,
                    "channel not found"});
}

void add_shipments(std::vector<BadInput>& rows) {
    rows.push_back({"J14",
                    "unknown carrier",
                    ship(R"("remote_order_id":{ORDER},"carrier":"Pigeon","tracking_number":"1Z1")"),
                    {422},
                    false,
                    "Carrier is not a valid carrier code for shopify"});
    rows.push_back({"J14", "no tracking", track(""), {422}, false, "Tracking number can't be blank"});
    rows.push_back({"J14", "200 characters", track(std::string(200, '1')), {422}});
    rows.push_back({"J14", "line end", track("1Z\\r\\nX"), {422}});
    rows.push_back({"J14", "emoji", track("1Z\xF0\x9F\x98\x80"), {422}});
    rows.push_back(
        {"J15",
         "ids that disagree",
         ship(
             R"("remote_order_id":{ORDER},"channel":"shop-test","external_order_id":"1","carrier":"UPS","tracking_number":"1Z1")"),
         {422},
         false,
         "external_order_id"});
    rows.push_back({"J16",
                    "unknown order",
                    ship(R"("remote_order_id":999999999,"carrier":"UPS","tracking_number":"1Z1")"),
                    {422}});
    rows.push_back({"J16",
                    "another account's order",
                    ship(R"("remote_order_id":{OTHER_ORDER},"carrier":"UPS","tracking_number":"1Z1")"),
                    {422},
                    false,
                    "not an order of this account"});
    rows.push_back({"J16", "no order", ship(R"("carrier":"UPS","tracking_number":"1Z1")"), {422}});
    rows.push_back({"J18",
                    "local time names the fix",
                    dated("2026-11-20T10:00:00"),
                    {422},
                    false,
                    "has no zone; write an instant like 2026-11-20T09:15:30Z"});
    for (const char* date : {"2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-11-20T10:00:00",
                             "2026-11-20T24:00:00Z", "2026-02-30T00:00:00Z", "yesterday"})
        rows.push_back({"J18", date, dated(date), {422}});
}

void add_queries(std::vector<BadInput>& rows) {
    for (const char* limit : {"0", "-1", "abc", "1&limit=2"})
        rows.push_back({"Q1", limit, get(std::string{"/api/v1/orders?limit="} + limit), {422}, false, "limit"});
    for (const char* limit : {"501", ""})
        rows.push_back({"Q1", limit, get(std::string{"/api/v1/orders?raw=0&limit="} + limit), {200}});
    rows.push_back({"Q1", "empty, and the blank beside it", get("/api/v1/orders?raw=0&limit=%20"), {200}});
    for (const char* since : {"yesterday", "9999-12-31T00:00:00Z"})
        rows.push_back({"Q2", since, get(std::string{"/api/v1/orders?since="} + since), {422}, false, "since"});
    rows.push_back(
        {"Q2", "an example is given", get("/api/v1/orders?since=yesterday"), {422}, false, "2026-11-20T09:15:30Z"});
    rows.push_back({"Q2",
                    "in the future: an empty list",
                    get("/api/v1/orders?raw=0&since=2090-01-01T00:00:00Z"),
                    {200},
                    false,
                    "\r\n\r\n[]"});
    rows.push_back(
        {"Q2", "a plus sent as a blank", get("/api/v1/orders?raw=0&since=2026-11-20T10:00:00%2002:00"), {200}});
    for (const char* since :
         {"", "2025-12-01", "2026-11-20T10:00:00+02:00", "2026-11-20T10:00:00.123456Z", "2026-12-30T00:00:00Z"})
        rows.push_back({"Q2", since, get(std::string{"/api/v1/orders?raw=0&since="} + since), {200}});
    rows.push_back({"Q3", "american", get("/api/v1/orders?status=canceled"), {200}});
    rows.push_back({"Q3", "gaps", get("/api/v1/orders?raw=0&statuses=open,,paid"), {200}});
    std::string many = "/api/v1/orders?";
    for (int i = 0; i < 200; ++i) many += "statuses[]=open&";
    rows.push_back({"Q3", "200 of them", get(many), {422}});
    rows.push_back({"Q3", "unknown", get("/api/v1/orders?status=lost"), {422}, false, "partially_fulfilled"});
    for (const char* channel : {"nobody", "%25", "'", ";--", "%22", "sh%D0%BEp-test"})
        rows.push_back({"Q4", channel, get(std::string{"/api/v1/orders?channel="} + channel), {404, 422}});
    rows.push_back({"Q4", "7 KB", get("/api/v1/orders?channel=" + std::string(7'000, 'x')), {404, 422}});
    rows.push_back({"Q4", "1 MB", get("/api/v1/orders?channel=" + std::string(1'000'000, 'x')), {414, 0}, true});
    rows.push_back({"Q4", "' OR 1=1", get("/api/v1/orders?channel=%27%20OR%201%3D1%20--"), {404, 422}});
    rows.push_back({"Q4",
                    "another account's channel",
                    get("/api/v1/orders?channel=shop-acme"),
                    {404},
                    false,
                    "channel not found"});
    rows.push_back({"Q5", "far offset", get("/api/v1/skus?raw=0&offset=1000000000"), {200}, false, "\"items\":[]"});
    rows.push_back({"Q5", "negative offset", get("/api/v1/skus?offset=-1"), {422}});
    rows.push_back({"Q5", "unknown parameter", get("/api/v1/orders?raw=0&colour=red"), {200}, false, "Warning:"});
    rows.push_back(
        {"Q6", "made up", get("/api/v1/orders?cursor=AAAAAAAA"), {400}, false, "start again without cursor"});
    rows.push_back(
        {"Q6", "of another list", get("/api/v1/skus?cursor={CURSOR}"), {400}, false, "start again without cursor"});
    rows.push_back({"Q6",
                    "of another account",
                    request("GET", "/api/v1/orders?cursor={CURSOR}", "X-Api-Key: {FOREIGN}\r\n", ""),
                    {400},
                    false,
                    "start again without cursor"});
}

void add_idempotency(std::vector<BadInput>& rows) {
    const auto keyed = [](const std::string& key, const std::string& body) {
        return request("POST", "/api/v1/orders/ack", kKey + "Idempotency-Key:" + key + "\r\n", body);
    };
    const std::string nothing = R"({"ids":[]})";
    rows.push_back({"I1", "empty", keyed("", nothing), {400}, false, "1 to 255 visible ASCII"});
    rows.push_back({"I1", "256 characters", keyed(" " + std::string(256, 'k'), nothing), {400}, false, "256 bytes"});
    rows.push_back({"I1", "a blank inside", keyed(" a b", nothing), {400}, false, "without blanks"});
    rows.push_back({"I1", "a control character", keyed(std::string{" a\x01"} + "b", nothing), {400}});
    rows.push_back({"I1", "not ASCII", keyed(" caf\xc3\xa9", nothing), {400}});
    rows.push_back({"I1", "after 400: runs again", keyed(" i1", "{"), {400}});
    rows.push_back({"I1", "after 422: runs again", keyed(" i1", "{}"), {422}});
    rows.push_back({"I1", "new", keyed(" i1", nothing), {200}});
    rows.push_back(
        {"I1", "the same again", keyed(" i1", R"( { "ids" : [ ] } )"), {200}, false, "Idempotent-Replayed: true"});
    rows.push_back({"I1", "another body", keyed(" i1", R"({"ids":[1]})"), {422}, false, "idempotency_key_reused"});
    rows.push_back(
        {"I1",
         "another account",
         request("POST", "/api/v1/orders/ack", "X-Api-Key: {FOREIGN}\r\nIdempotency-Key: i1\r\n", R"({"ids":[1]})"),
         {200}});
}

/// What /v2 says otherwise than /api/v1, or to what /api/v1 does not have.
void add_v2(std::vector<BadInput>& rows) {
    const auto bearer = [](const char* key) { return std::string{"Authorization: Bearer {"} + key + "}\r\n"; };
    const auto see = [&](const std::string& path) { return request("GET", path, bearer("KEY"), ""); };
    const auto ids = [&](const std::string& body, const std::string& more = "") {
        return request("POST", "/v2/orders/acknowledge", bearer("KEY") + more, body);
    };
    const std::string nothing = R"({"ids":[]})", start_again = "start again without cursor";
    rows.push_back({"A1", "v2: none", request("GET", "/v2/orders", "", ""), {401}, false, "unauthenticated"});
    rows.push_back({"A2",
                    "v2: reader writes",
                    request("POST", "/v2/orders/acknowledge", bearer("READER"), nothing),
                    {403},
                    false,
                    "forbidden"});
    rows.push_back(
        {"A2", "v2: another account's order", see("/v2/orders/ord_{OTHER_ORDER}"), {404}, false, "not_found"});
    rows.push_back(
        {"A2", "v2: what it says of one", see("/v2/orders/ord_{OTHER_ORDER}/explain"), {404}, false, "not_found"});
    rows.push_back({"J1", "v2: a comma too many", ids(R"({"ids":["ord_1",]})"), {400}, false, "line 1, column"});
    rows.push_back({"J4", "v2: a name twice", ids(R"({"ids":[],"ids":["ord_1"]})"), {400}, false, "ids"});
    rows.push_back({"J6", "v2: a list", ids("[]"), {422}, false, "must be an object"});
    rows.push_back({"J7", "v2: ids of /api/v1", ids(R"({"ids":["ord_1",5]})"), {422}, false, "ids[1]"});
    for (const char* limit : {"0", "-1", "501", "abc", "1&limit=2"})
        rows.push_back(
            {"Q1", std::string{"v2: "} + limit, see(std::string{"/v2/orders?limit="} + limit), {422}, false, "limit"});
    rows.push_back(
        {"Q2", "v2: no time", see("/v2/orders?updated_after=yesterday"), {422}, false, "2026-11-20T09:15:30Z"});
    rows.push_back({"Q3", "v2: unknown", see("/v2/orders?status=lost"), {422}, false, "partially_fulfilled"});
    rows.push_back(
        {"Q4", "v2: another account's channel", see("/v2/orders?channel=shop-acme"), {404}, false, "not_found"});
    rows.push_back({"Q5",
                    "v2: a parameter that is misspelt",
                    see("/v2/orders?chanel=shop-test"),
                    {422},
                    false,
                    "did you mean channel?"});
    rows.push_back(
        {"Q5", "v2: a member that is not known", ids(R"({"ids":[],"colour":"red"})"), {422}, false, "colour"});
    rows.push_back({"Q6", "v2: made up", see("/v2/orders?cursor=cur_AAAAAAAA"), {400}, false, start_again});
    rows.push_back({"Q6", "v2: of /api/v1", see("/v2/orders?cursor={CURSOR}"), {400}, false, start_again});
    const std::string keyed = "Idempotency-Key: v2-1\r\n";
    rows.push_back({"I1", "v2: new", ids(nothing, keyed), {200}});
    rows.push_back({"I1", "v2: the same again", ids(nothing, keyed), {200}, false, "Idempotent-Replayed: true"});
    rows.push_back(
        {"I1", "v2: another body", ids(R"({"ids":["ord_1"]})", keyed), {422}, false, "idempotency_key_reused"});
    for (const char* url :
         {"http://169.254.169.254/", "http://0x7f.1/", "http://2130706433/", "http://127.0.0.1:{PORT}/",
          "http://[::ffff:127.0.0.1]/", "http://[::1]:9000/", "http://localhost.:9000/", "http://10.0.0.5/",
          "https://somebody@example.com/", "https://example.com:22/", "ftp://example.com/"})
        rows.push_back({"W3",
                        url,
                        request("POST", "/v2/webhook_endpoints", bearer("ADMIN"),
                                std::string{R"({"events":["*"],"url":")"} + url + "\"}"),
                        {422},
                        false,
                        "url: "});
}

}  // namespace

std::vector<BadInput> request_rows() {
    std::vector<BadInput> rows;
    add_idempotency(rows);
    add_keys(rows);
    add_json(rows);
    add_stock(rows);
    add_shipments(rows);
    add_queries(rows);
    add_v2(rows);
    return rows;
}

}  // namespace crossdock::testing
