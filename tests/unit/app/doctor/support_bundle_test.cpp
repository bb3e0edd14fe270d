// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/support_bundle.h"

#include "app/doctor/mask.h"
#include "app/doctor/zip.h"
#include "broken_world.h"

namespace crossdock::app::doctor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Out of an archive as ZipArchive makes it, each member by its local header. Source: APPNOTE.TXT, 4.3.7.
std::map<std::string, std::string> unpack(const std::string& archive) {
    std::map<std::string, std::string> members;
    const auto number = [&](std::size_t at, int bytes) {
        std::size_t value = 0;
        for (int i = bytes - 1; i >= 0; --i)
            value = value << 8U | static_cast<unsigned char>(archive.at(at + static_cast<std::size_t>(i)));
        return value;
    };
    std::size_t at = 0;
    while (archive.compare(at, 4, "PK\x03\x04") == 0) {
        const std::size_t bytes = number(at + 18, 4);
        const std::size_t name = number(at + 26, 2);
        const std::string content = archive.substr(at + 30 + name, bytes);
        EXPECT_EQ(crc32(content), number(at + 14, 4));
        members[archive.substr(at + 30, name)] = content;
        at += 30 + name + bytes;
    }
    EXPECT_EQ(archive.substr(at, 4), "PK\x01\x02");
    EXPECT_EQ(archive.substr(archive.size() - 22, 4), "PK\x05\x06");
    EXPECT_EQ(number(archive.size() - 12, 2), members.size());
    EXPECT_EQ(number(archive.size() - 6, 4), at);
    return members;
}

TEST(Zip, HasTheChecksumThatEveryoneComputes) {
    // The check value of CRC-32 in the usual catalogues.
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
    ZipArchive archive(*parse_iso8601("2026-11-20T12:34:56Z", ZoneRule::required));
    archive.add("a.txt", "one");
    archive.add("folder/ü.txt", "");
    const auto members = unpack(std::move(archive).finish());
    EXPECT_EQ(members, (std::map<std::string, std::string>{{"a.txt", "one"}, {"folder/ü.txt", ""}}));
}

TEST(Mask, TakesOutWhatItKnowsAndWhatLooksLikeIt) {
    const Mask mask({"hunter22", "secret with blanks"}, {"Rose Tyler", "Rose", "12 Powell Estate", "SE15 5AA"});
    const std::pair<const char*, const char*> cases[] = {
        {"password=hunter22;", "password=(secret);"},
        {"xhunter22x", "x(secret)x"},
        {"a secret with blanks is one", "a (secret) is one"},
        {"for Rose Tyler, 12 Powell Estate", "for (person), (person)"},
        {"Rose of Rosenheim", "(person) of Rosenheim"},
        {"mail rose.tyler+x@example.co.uk now", "mail (e-mail) now"},
        {"to <jane@example.com>", "to <(e-mail)>"},
        {"email=jane@example.com", "email=(e-mail)"},
        {"a@b", "(e-mail)"},
        {"@home", "@home"},
        {"token shpat_abcdef0123456789 was refused", "token (secret) was refused"},
        {"Authorization: Bearer eyJhbGciOi.J9", "Authorization: (secret)"},
        {"key cdk_live_AbCdEf_0123", "key (secret)"},
        {"GET https://x.example/a?sig=0123&name=Jane HTTP", "GET https://x.example/a?(query) HTTP"},
        {"is it? yes", "is it? yes"},
        {"call +44 20 7946 0958 now", "call (number) now"},
        {"at 2026-11-20T12:00:00Z job 123456789012 took 5 ms", "at 2026-11-20T12:00:00Z job 123456789012 took 5 ms"},
        {"", ""}};
    for (const auto& [text, expected] : cases) EXPECT_EQ(mask.apply(text), expected);
}

TEST(MaskedConfig, KeepsWhatEveryConfigHasAndNothingElse) {
    const std::string config = R"(# my token is shpat_1111
[server]
listen = "127.0.0.1:8080"   # not hunter22
[database]
path = "hub.db"
[[channel]]
code = "shop"
credentials = { access_token = "inline-secret" }
[channel.credentials]
shop = "a.myshopify.com"
access_token = "literal-secret"
refresh_token = "${REFRESH}"
private_key = """
-----BEGIN PRIVATE KEY-----
QUJDREVGRw==
code = "7"
-----END PRIVATE KEY-----
"""
client_secret = "file:/etc/secret"
numbers = [
  "first-secret",
]
pin = 1234567890123456
[channel.settings]
location_id = 65432109
verify = true
return_address = "1 Hidden Road"
access_tokn "forgotten-equals"
[server]
lisen = 'single-quoted'
)";
    const MaskedConfig masked = mask_config(config);
    for (const char* kept : {"listen = \"127.0.0.1:8080\"", "path = \"hub.db\"", "code = \"shop\"",
                             "refresh_token = \"${REFRESH}\"", "client_secret = \"file:/etc/secret\"",
                             "location_id = 65432109", "verify = true", "[[channel]]", "access_token = (masked)"})
        EXPECT_THAT(masked.text, HasSubstr(kept));
    for (const char* gone : {"shpat_1111", "hunter22", "inline-secret", "literal-secret", "BEGIN", "QUJD",
                             "first-secret", "1234567890123456", "Hidden", "forgotten", "single-quoted", "myshopify"})
        EXPECT_THAT(masked.text, Not(HasSubstr(gone)));
    // As many lines as before: findings name them.
    EXPECT_EQ(std::count(masked.text.begin(), masked.text.end(), '\n'),
              std::count(config.begin(), config.end(), '\n') + 1);
}

/// Wherever a secret stands in a config file, and however it is written, no byte of it is left.
TEST(MaskedConfig, ShowsNoSecretInAnyLayout) {
    SeededRandom random{20261130};
    const auto roll = [&](std::uint64_t sides) { return static_cast<int>(random.next() % sides); };
    int written = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        std::vector<std::string> secrets;
        for (int line = 0; line < 12; ++line) {
            const std::string secret = "Zx9" + std::to_string(random.next());
            secrets.push_back(secret);
            ++written;
            switch (roll(12)) {
                case 0: text += "# " + secret + "\n"; break;
                case 1: text += "[channel.credentials]\naccess_token = \"" + secret + "\"\n"; break;
                case 2: text += "key = '" + secret + "'\n"; break;
                case 3: text += "a.b.c = \"" + secret + "\"\n"; break;
                case 4: text += "\"quoted key\" = \"" + secret + "\"\n"; break;
                case 5: text += "t = { token = \"" + secret + "\", n = 1 }\n"; break;
                case 6: text += "k = \"\"\"\n" + secret + "\n" + secret + " = \"x\"\n\"\"\"\n"; break;
                case 7: text += "l = [\n\"" + secret + "\",\n]\n"; break;
                case 8: text += secret + "\n"; break;
                case 9: text += "listen = \"127.0.0.1:1\" # " + secret + "\n"; break;
                case 10: text += "[channel.settings]\nsender = \"" + secret + " Road\"\n"; break;
                default: text += "token = \"${HALF}" + secret + "\"\n"; break;
            }
        }
        const MaskedConfig masked = mask_config(text);
        for (const std::string& secret : secrets)
            ASSERT_EQ(masked.text.find(secret), std::string::npos) << text << "\n---\n" << masked.text;
    }
    std::printf("masked config: %d secrets in 3000 layouts, none left\n", written);
}

/// The property that counts: nothing that was seeded is in any byte of the archive.
TEST(SupportBundle, HoldsNoSecretAndNoBuyer) {
    const std::vector<std::string> forbidden{
        kToken,     "Wilhelmina",   "Harker-Murray", "mina@example.org", "7 Crescent Lane",   "+44 1947 602 170",
        "YO22 4JT", "whsec_seeded", "cdk_live_zz",   "old-token-0815",   "client-secret-4711"};
    BrokenWorld world;
    world.write_config("# was: old-token-0815\n" + BrokenWorld::good_config() +
                       "client_secret = \"client-secret-4711\"\n[log]\nfile = \"hub.log\"\n");
    world.make_database();
    world.run_sql(
        "INSERT INTO orders (account_id, channel_id, external_order_id, status, currency, ordered_at_ms, sort_ms, "
        "version_id, meaning_hash, body, seq, created_at_ms) "
        "SELECT account_id, id, '1001', 'open', 'USD', 1, 1, 1, 'h', '\"id\":1,\"buyer_name\":\"Wilhelmina "
        "Harker-Murray\",\"buyer_email\":\"mina@example.org\","
        "\"ship_address1\":\"7 Crescent Lane\",\"ship_phone\":\"+44 1947 602 170\",\"ship_postal\":\"YO22 4JT\"', 1, 1 "
        "FROM channels;"
        "INSERT INTO jobs (account_id, channel_id, lane, kind, unique_key, args, state, run_at_ms, created_at_ms, "
        "finished_at_ms, last_error_code, last_error) SELECT "
        "account_id, id, 'push', 'push_shipment', 'k', '{\"to\":\"Wilhelmina\"}', 'dead', 1, 1, 1, 'address', 'cannot "
        "ship to Wilhelmina Harker-Murray, 7 Crescent Lane' FROM channels;"
        "INSERT INTO problems (account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, "
        "last_seen_at_ms) SELECT account_id, id, 'order', '1001', "
        "'address', 'mina@example.org of YO22 4JT has no country', 1, 1 FROM channels;");
    write_text(world.folder / "hub.log",
               "2026-11-20T11:00:00Z info sent with " + std::string{kToken} +
                   " to Wilhelmina, +44 1947 602 170\nsecret whsec_seeded key cdk_live_zz99\n");
    const SupportBundle bundle = collect(world.world, world.config_file());
    const std::string archive = pack(bundle, world.clock.now());
    for (const std::string& text : forbidden) EXPECT_EQ(archive.find(text), std::string::npos) << text;
    auto members = unpack(archive);
    for (const char* name : {"README.txt", "doctor.txt", "doctor.json", "status.txt", "status.json", "versions.json",
                             "config.toml", "figures.json", "schema.sql", "dead_letters.json", "log/hub.log"})
        EXPECT_TRUE(members.count("crossdock-support/" + std::string{name})) << name;
    EXPECT_THAT(members["crossdock-support/dead_letters.json"], HasSubstr("cannot ship to (person), (person)"));
    EXPECT_THAT(members["crossdock-support/schema.sql"], HasSubstr("CREATE TABLE orders"));
    EXPECT_THAT(members["crossdock-support/README.txt"], HasSubstr("It was sent to nobody"));
    EXPECT_EQ(json::parse(members["crossdock-support/figures.json"]).at("rows").at("orders"), 1);
    EXPECT_TRUE(json::parse(members["crossdock-support/doctor.json"], nullptr, false).is_object());
    std::printf("support bundle: %zu members, %zu bytes, %zu seeded texts in none of them\n", members.size(),
                archive.size(), forbidden.size());
    // A helper gets something also when next to nothing works.
    world.write_config("[server\ntoken = \"old-token-0815\"\n");
    const std::string poor = pack(collect(world.world, world.config_file()), world.clock.now());
    EXPECT_EQ(poor.find("old-token-0815"), std::string::npos);
    EXPECT_TRUE(unpack(poor).count("crossdock-support/doctor.txt"));
}

}  // namespace
}  // namespace crossdock::app::doctor
