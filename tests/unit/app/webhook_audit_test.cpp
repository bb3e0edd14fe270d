// SPDX-License-Identifier: Apache-2.0
// What commands do to webhook endpoints is in the audit trail, with who gave them.
#include "unit/app/hub_fixture.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

class WebhookAudit : public HubTest<ManualClock> {
protected:
    WebhookAudit() {
        auto with = options();
        with.key_file = folder / "crossdock.key";
        with.webhooks.allow = {"127.0.0.1"};
        open(with);
    }
    json run(const char* command, const json& arguments) {
        const auto answer = run_command(*hub, command, arguments, {"user jane", "127.0.0.1"});
        if (!answer) throw std::runtime_error(answer.error().message);
        return *answer;
    }
};

TEST_F(WebhookAudit, EveryCommandThatChangesAnEndpointIsThereAndNoOther) {
    const std::string id = run(
        "webhook.add", {{"url", "http://127.0.0.1:9999/c4n4ry"}, {"events", {"order.*"}}, {"name", "erp"}})["endpoint"];
    run("webhook.list", json::object());
    run("webhook.show", {{"endpoint", id}});
    run("webhook.update", {{"endpoint", id}, {"events", {"inventory.low"}}});
    run("webhook.pause", {{"endpoint", id}});
    run("webhook.resume", {{"endpoint", id}});
    run("webhook.rotate", {{"endpoint", id}, {"overlap", "1h"}});
    run("webhook.test", {{"endpoint", id}});
    run("webhook.replay", {{"endpoint", id}, {"since", "2026-11-20T00:00:00Z"}});
    run("webhook.deliveries", {{"endpoint", id}});
    run("webhook.remove", {{"endpoint", id}});
    std::vector<std::string> told;
    const json rows = run("audit.list", {{"account", "default"}});
    for (const json& row : rows) {
        if (row["subject"] != "webhook_endpoint " + id) continue;
        told.push_back(row["action"]);
        EXPECT_EQ(row["who"], "user jane") << row;
        EXPECT_EQ(row["from"], "127.0.0.1") << row;
    }
    EXPECT_EQ(told, (std::vector<std::string>{"webhook.removed", "webhook.replayed", "webhook.tested",
                                              "webhook.secret_rotated", "webhook.resumed", "webhook.paused",
                                              "webhook.updated", "webhook.created"}));
    EXPECT_EQ(rows.dump().find("c4n4ry"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::app
