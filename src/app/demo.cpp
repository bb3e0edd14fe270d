// SPDX-License-Identifier: Apache-2.0
#include "app/demo.h"

#include <atomic>
#include <thread>

#include "app/from_config.h"
#include "app/keys.h"
#include "app/sandbox.h"
#include "app/serve.h"
#include "base/version.h"
#include "observability/log.h"
#include "store/channel_repo.h"
#include "store/item_repo.h"
#include "store/order_repo.h"

namespace crossdock::app {
namespace {

constexpr auto kLookForExamples = std::chrono::milliseconds{100};
constexpr auto kDemoOrders = std::chrono::seconds{5};
constexpr auto kDemoCatalog = std::chrono::minutes{5};

std::vector<HubChannel> demo_channels(const std::string& sandbox_url) {
    std::vector<HubChannel> channels;
    for (connectors::ChannelSetup& setup : sandbox_channels(sandbox_url)) {
        HubChannel channel;
        channel.setup = std::move(setup);
        // A demo should not keep anybody waiting.
        channel.schedule.orders = kDemoOrders;
        channel.schedule.catalog = kDemoCatalog;
        channels.push_back(std::move(channel));
    }
    return channels;
}

/// An order that may ship and an item at a location, once both are there.
bool find_examples(db::Database& database, DemoAddresses& addresses) {
    return database.read([&](db::Session& session) {
        const auto account = store::find_account(session, "default");
        if (!account) return false;
        const auto channel = store::ChannelRepo(session).find(*account, "shop-demo");
        if (!channel || store::CarrierRepo(session).count(channel->id) == 0) return false;
        store::ListQuery orders;
        orders.account = *account;
        orders.channel = channel->id;
        orders.statuses = {"open"};
        orders.with_payload = false;
        orders.imported = false;
        store::OrderRepo repo(session);
        addresses.order_id = 0;
        repo.list(orders, [&](const store::OrderRow& row) {
            store::OrderRepo lines(session);
            for (const store::OrderLineRow& line : lines.lines(OrderId{row.id}))
                if (line.shippable_quantity > 0) addresses.order_id = row.id;
            return addresses.order_id == 0;
        });
        store::ItemListQuery items;
        items.account = *account;
        items.channel = channel->id;
        items.status = domain::ItemStatus::active;
        items.with_payload = false;
        addresses.item_id = 0;
        store::ItemRepo(session).list(items, [&](const store::ItemRow& row) {
            const auto item = store::ItemRepo(session).get(*account, ItemId{row.id});
            if (item && item->tracked && !item->location_id.empty()) addresses.item_id = row.id;
            return addresses.item_id == 0;
        });
        return addresses.order_id != 0 && addresses.item_id != 0;
    });
}

/// A folder of its own that goes away with it.
class TemporaryFolder {
public:
    explicit TemporaryFolder(Random& random)
        : path_(std::filesystem::temp_directory_path() / ("crossdock-demo-" + random.uuid().substr(0, 8))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

Status run_demo(const DemoOptions& options, platform::Signals& signals, const std::function<void(const DemoAddresses&)>& ready) {
    const SystemClock clock;
    SystemRandom random;
    const auto http = net::make_http_client();
    std::unique_ptr<TemporaryFolder> temporary;
    std::filesystem::path folder = options.folder;
    std::error_code not_made;
    if (!folder.empty()) std::filesystem::create_directories(folder, not_made);  // opening the database says what is wrong
    if (folder.empty()) {
        temporary = std::make_unique<TemporaryFolder>(random);
        folder = temporary->path();
    }
    SandboxOptions sandbox_options;
    sandbox_options.port = options.sandbox_port;
    sandbox_options.orders = options.orders;
    sandbox_options.orders_per_hour = options.orders_per_hour;
    sandbox_options.seed = options.seed;
    const auto sandbox = make_sandbox(sandbox_options, clock, *http);
    if (const auto started = sandbox->start(); !started) return started;

    DemoAddresses addresses;
    addresses.sandbox_url = "http://127.0.0.1:" + std::to_string(sandbox->port());
    HubOptions hub;
    hub.version = std::string{kVersion};
    hub.database.path = (folder / "crossdock.db").string();
    hub.key_file = folder / "crossdock.key";
    hub.server.port = options.port;
    hub.channels = demo_channels(addresses.sandbox_url);

    std::atomic<bool> ended{false};
    std::thread watcher;
    ServeHooks hooks;
    hooks.on_ready = [&](Hub& running, const std::string& url) {
        addresses.base_url = url;
        const auto key = create_key(running.database(), random, "default", "demo", "erp metrics:read", clock.now());
        if (key) addresses.api_key = key->text.reveal();
        watcher = std::thread([&] {
            // on_stopping waits for this thread before the hub is closed.
            try {
                while (!ended && !find_examples(running.database(), addresses)) std::this_thread::sleep_for(kLookForExamples);
            } catch (const std::exception& failure) {
                log::error("demo_examples", {}, failure.what());
                return;
            }
            if (!ended) ready(addresses);
        });
    };
    hooks.on_stopping = [&] {
        ended = true;
        if (watcher.joinable()) watcher.join();
    };
    const auto served = serve(std::move(hub), {clock, random, *http, connector_factories()}, signals, hooks);
    sandbox->stop();
    http->shut_down();
    return served;
}

}  // namespace crossdock::app
