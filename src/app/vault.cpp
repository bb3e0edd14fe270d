// SPDX-License-Identifier: Apache-2.0
#include "app/vault.h"

#include <algorithm>
#include <stdexcept>

#include "observability/log.h"
#include "platform/file.h"
#include "store/channel_repo.h"
#include "store/problem_repo.h"
#include "store/secret_repo.h"

namespace crossdock::app {
namespace {

constexpr std::size_t kMaxKeyFile = 4096;
constexpr const char* kUnreadable = "sealed_secret_unreadable";
constexpr const char* kSubject = "channel";

class SealedVault final : public connectors::Vault {
public:
    SealedVault(db::Database& database, KeyFile& keys, ChannelId channel, const Clock& clock, Random& random)
        : database_(database), keys_(keys), channel_(channel), clock_(clock), random_(random) {}

    std::optional<Secret> load(const std::string& name) override {
        const auto held = database_.read([&](db::Session& session) { return store::SecretRepo(session).find(channel_, name); });
        if (!held) return std::nullopt;
        const auto key = keys_.find();
        if (!key) return unreadable(name, key.error().message);
        if (!*key) return unreadable(name, "the key file " + keys_.path().string() + " is gone");
        if ((*key)->id != held->key_id)
            return unreadable(name, "it was sealed with key " + held->key_id + ", and " + keys_.path().string() + " holds key " + (*key)->id);
        auto secret = crypto::open_sealed(**key, held->sealed, place(name));
        if (!secret) return unreadable(name, secret.error().message);
        readable(name);
        return std::move(*secret);
    }

    void keep(const std::string& name, const Secret& secret) override {
        const auto key = keys_.get_or_make();
        if (!key) throw std::runtime_error("a secret cannot be kept: " + key.error().message);
        const std::string sealed = crypto::seal(*key, secret, place(name), random_);
        database_.write([&](db::Session& session) {
            store::SecretRepo(session).keep(channel_, name, {key->id, sealed}, clock_.now());
            store::ProblemRepo(session).resolve_one(channel_, kSubject, name, kUnreadable, clock_.now());
        });
    }

private:
    [[nodiscard]] std::string place(const std::string& name) const { return "channel " + std::to_string(channel_.value) + ": " + name; }

    [[nodiscard]] std::optional<Secret> unreadable(const std::string& name, const std::string& why) const {
        const std::string message = "the secret \"" + name + "\" that the provider handed out cannot be opened: " + why +
                                    ". The channel goes on with what the config file says. If the provider does not take that any more, "
                                    "put the file back from your copy, or authorise the channel anew, and restart";
        log::error(kUnreadable, {{"channel_id", channel_.value}, {"name", name}}, message);
        database_.write([&](db::Session& session) {
            if (const auto channel = store::ChannelRepo(session).get(channel_))
                store::ProblemRepo(session).record(channel->account_id, channel_, kSubject, name, {kUnreadable, message}, clock_.now());
        });
        return std::nullopt;
    }

    /// What was said of it is over. A write only when there is something to take back.
    void readable(const std::string& name) const {
        const bool said = database_.read([&](db::Session& session) {
            const auto channel = store::ChannelRepo(session).get(channel_);
            if (!channel) return false;
            const auto open = store::ProblemRepo(session).about(channel->account_id, channel_, kSubject, name);
            return std::any_of(open.begin(), open.end(), [](const store::ProblemRow& row) { return row.code == kUnreadable; });
        });
        if (!said) return;
        database_.write(
            [&](db::Session& session) { store::ProblemRepo(session).resolve_one(channel_, kSubject, name, kUnreadable, clock_.now()); });
    }

    db::Database& database_;
    KeyFile& keys_;
    ChannelId channel_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace

Result<std::optional<crypto::SealingKey>> KeyFile::read() {
    if (key_) return key_;
    const auto text = platform::read_file(path_, kMaxKeyFile);
    if (!text) {
        if (text.error().kind == ErrorKind::not_found) return std::optional<crypto::SealingKey>{};
        return text.error();
    }
    auto key = crypto::parse_sealing_key(*text);
    if (!key) return Error{key.error().kind, key.error().code, path_.string() + ": " + key.error().message};
    key_ = std::move(*key);
    return key_;
}

Result<std::optional<crypto::SealingKey>> KeyFile::find() {
    const std::scoped_lock lock(mutex_);
    return read();
}

Result<crypto::SealingKey> KeyFile::get_or_make() {
    const std::scoped_lock lock(mutex_);
    auto held = read();
    if (!held) return held.error();
    if (*held) return **held;
    const crypto::SealingKey fresh = crypto::generate_sealing_key(random_);
    if (const auto written = platform::write_file(path_, crypto::to_text(fresh), platform::Access::owner_only); !written)
        return written.error();
    log::info("key_file_made", {{"file", path_.string()}, {"key_id", fresh.id}},
              "a key for secrets at rest was made; keep a copy of this file apart from the database's backups");
    key_ = fresh;
    return fresh;
}

std::unique_ptr<connectors::Vault> make_vault(db::Database& database, KeyFile& keys, ChannelId channel, const Clock& clock, Random& random) {
    return std::make_unique<SealedVault>(database, keys, channel, clock, random);
}

}  // namespace crossdock::app
