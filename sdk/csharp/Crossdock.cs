// SPDX-License-Identifier: Apache-2.0
// What an ERP in C# does with crossdock, in one file without dependencies: take orders by cursor, acknowledge them, send
// stock and shipments, check a webhook. For .NET 6 and later, .NET Framework 4.6.2 and later, and Mono.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;

namespace CrossdockSample
{
    // What the program needs of an order; the names are those on the wire. More of them: docs/api/v1.md.
    [DataContract]
    public sealed class Order
    {
        [DataMember(Name = "id")] public long Id { get; set; }
        [DataMember(Name = "external_order_id")] public string ExternalOrderId { get; set; }
        [DataMember(Name = "order_number_hint")] public string Number { get; set; }
        [DataMember(Name = "channel_code")] public string Channel { get; set; }
        [DataMember(Name = "status")] public string Status { get; set; }
        [DataMember(Name = "payment_status")] public string PaymentStatus { get; set; }
        [DataMember(Name = "currency")] public string Currency { get; set; }
        // Null: the channel does not say. A decimal, since amounts are no binary fractions.
        [DataMember(Name = "total_amount")] public decimal? Total { get; set; }
        [DataMember(Name = "line_items")] public OrderLine[] Lines { get; set; }
    }

    [DataContract]
    public sealed class OrderLine
    {
        [DataMember(Name = "external_line_id")] public string Id { get; set; }
        [DataMember(Name = "sku")] public string Sku { get; set; }
        [DataMember(Name = "title")] public string Title { get; set; }
        [DataMember(Name = "item_master_id")] public long? ItemMasterId { get; set; }
        [DataMember(Name = "quantity")] public long Quantity { get; set; }
        [DataMember(Name = "selling_unit_price")] public decimal? SellingUnitPrice { get; set; }
    }

    /// <summary>What became of a shipment or a stock figure.</summary>
    [DataContract]
    public sealed class PushState
    {
        [DataMember(Name = "id")] public long Id { get; set; }
        [DataMember(Name = "status")] public string Status { get; set; }  // pending, processing, succeeded, failed
        [DataMember(Name = "last_error")] public string LastError { get; set; }
    }

    [DataContract]
    public sealed class ShipmentPush
    {
        [DataMember(Name = "remote_order_id")] public long OrderId { get; set; }
        [DataMember(Name = "carrier")] public string Carrier { get; set; }
        [DataMember(Name = "tracking_number")] public string TrackingNumber { get; set; }
    }

    [DataContract]
    public sealed class StockFigure
    {
        [DataMember(Name = "item_master_id")] public long ItemMasterId { get; set; }
        [DataMember(Name = "quantity")] public int Quantity { get; set; }  // for sale now, not a change
    }

    [DataContract]
    internal sealed class AckRequest
    {
        [DataMember(Name = "ids")] public long[] Ids { get; set; }
    }

    [DataContract]
    internal sealed class AckAnswer
    {
        [DataMember(Name = "updated")] public int Updated { get; set; }
    }

    [DataContract]
    internal sealed class ShipmentsRequest
    {
        [DataMember(Name = "shipments")] public ShipmentPush[] Shipments { get; set; }
    }

    [DataContract]
    internal sealed class StockRequest
    {
        [DataMember(Name = "channel")] public string Channel { get; set; }
        [DataMember(Name = "items")] public StockFigure[] Items { get; set; }
    }

    [DataContract]
    internal sealed class CreatedAnswer
    {
        [DataMember(Name = "created_ids")] public long[] CreatedIds { get; set; }
    }

    public sealed class OrderPage
    {
        public Order[] Orders;
        public string NextCursor;  // to be stored once the orders are, not before
    }

    /// <summary>The hub answered, and it was no success; Message has its words. Status 0: no answer came.</summary>
    public sealed class HubException : Exception
    {
        public HubException(int status, string message, Exception cause = null) : base(message, cause)
        {
            Status = status;
        }
        public int Status { get; private set; }
    }

    /// <summary>The part of /api/v1 that an ERP needs. One for the whole program; any number of threads.</summary>
    public sealed class HubClient : IDisposable
    {
        private const int MostTries = 5;
        private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
        private readonly HttpClient http_;
        private readonly string baseUrl_;

        public HubClient(string baseUrl, string apiKey)
        {
            baseUrl_ = baseUrl.TrimEnd('/');
            // The hub never redirects, and the key must not travel on.
            http_ = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
            http_.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
        }

        public void Dispose()
        {
            http_.Dispose();
        }

        /// <summary>One page of the gapless feed. An empty cursor begins at the very beginning; an empty page is its end for now.</summary>
        public async Task<OrderPage> ReadOrders(string cursor, int limit = 100)
        {
            string path = "/api/v1/orders?raw=0&limit=" + limit.ToString(CultureInfo.InvariantCulture) + "&cursor=" + Uri.EscapeDataString(cursor);
            using (HttpResponseMessage answer = await Send(HttpMethod.Get, path, null, null).ConfigureAwait(false))
            {
                IEnumerable<string> next;
                if (!answer.Headers.TryGetValues("X-Next-Cursor", out next)) throw new HubException(200, "the answer has no X-Next-Cursor: is this the hub?");
                return new OrderPage { Orders = await Read<Order[]>(answer).ConfigureAwait(false), NextCursor = next.First() };
            }
        }

        /// <summary>"These are in the ERP." How many were not before; repeats do no harm.</summary>
        public async Task<int> Acknowledge(IEnumerable<long> orderIds)
        {
            return (await Post<AckAnswer>("/api/v1/orders/ack", new AckRequest { Ids = orderIds.ToArray() }, null).ConfigureAwait(false)).Updated;
        }

        /// <summary>Tells the channels that orders have left, all or none. The same shipment again answers the same id.</summary>
        public async Task<long[]> PushShipments(IEnumerable<ShipmentPush> shipments, string idempotencyKey = null)
        {
            var body = new ShipmentsRequest { Shipments = shipments.ToArray() };
            return (await Post<CreatedAnswer>("/api/v1/shipments", body, idempotencyKey).ConfigureAwait(false)).CreatedIds;
        }

        /// <summary>Tells a channel how many of its items are for sale, all or none.</summary>
        public async Task<long[]> PushStock(string channel, IEnumerable<StockFigure> figures, string idempotencyKey = null)
        {
            var body = new StockRequest { Channel = channel, Items = figures.ToArray() };
            return (await Post<CreatedAnswer>("/api/v1/inventory_updates", body, idempotencyKey).ConfigureAwait(false)).CreatedIds;
        }

        public Task<PushState> ShipmentState(long id)
        {
            return Get<PushState>("/api/v1/shipments/" + id.ToString(CultureInfo.InvariantCulture));
        }

        public Task<PushState> StockState(long id)
        {
            return Get<PushState>("/api/v1/inventory_updates/" + id.ToString(CultureInfo.InvariantCulture));
        }

        private async Task<T> Get<T>(string path)
        {
            using (HttpResponseMessage answer = await Send(HttpMethod.Get, path, null, null).ConfigureAwait(false))
                return await Read<T>(answer).ConfigureAwait(false);
        }

        /// Every repeat carries the same Idempotency-Key, so that the hub does it once.
        private async Task<T> Post<T>(string path, object body, string idempotencyKey)
        {
            string key = idempotencyKey ?? Guid.NewGuid().ToString();
            using (HttpResponseMessage answer = await Send(HttpMethod.Post, path, Json.Write(body), key).ConfigureAwait(false))
                return await Read<T>(answer).ConfigureAwait(false);
        }

        /// Sends, and sends again after "too many" (429), "busy" (503), "the first one still runs" (409 with Retry-After)
        /// and no answer at all.
        private async Task<HttpResponseMessage> Send(HttpMethod method, string path, byte[] body, string idempotencyKey)
        {
            var chance = new Random();
            for (int attempt = 1; ; attempt++)
            {
                TimeSpan wait = TimeSpan.FromSeconds(Math.Pow(2, attempt - 2) * (1 + chance.NextDouble()) / 2);
                HubException failure;
                try
                {
                    var request = new HttpRequestMessage(method, baseUrl_ + path);
                    if (idempotencyKey != null) request.Headers.Add("Idempotency-Key", idempotencyKey);
                    if (body != null)
                    {
                        request.Content = new ByteArrayContent(body);
                        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    }
                    HttpResponseMessage answer = await http_.SendAsync(request).ConfigureAwait(false);
                    if (answer.IsSuccessStatusCode) return answer;
                    int status = (int)answer.StatusCode;
                    TimeSpan? asked = answer.Headers.RetryAfter == null ? null : answer.Headers.RetryAfter.Delta;
                    string text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
                    answer.Dispose();
                    failure = new HubException(status, method + " " + path + ": " + status.ToString(CultureInfo.InvariantCulture) + " " + text);
                    if (status != 429 && status != 503 && !(status == 409 && asked != null)) throw failure;
                    if (asked != null) wait = asked.Value + wait;
                }
                catch (HttpRequestException unreachable)
                {
                    Exception reason = unreachable.InnerException ?? unreachable;
                    failure = new HubException(0, method + " " + path + ": no answer: " + reason.Message, unreachable);
                }
                catch (TaskCanceledException late)
                {
                    failure = new HubException(0, method + " " + path + ": no answer in time", late);
                }
                if (attempt == MostTries || wait > LongestWait) throw failure;
                await Task.Delay(wait).ConfigureAwait(false);
            }
        }

        private static async Task<T> Read<T>(HttpResponseMessage answer)
        {
            return Json.Read<T>(await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
        }
    }

    public static class Json
    {
        public static byte[] Write(object value)
        {
            using (var stream = new MemoryStream())
            {
                new DataContractJsonSerializer(value.GetType()).WriteObject(stream, value);
                return stream.ToArray();
            }
        }

        public static T Read<T>(byte[] text)
        {
            using (var stream = new MemoryStream(text)) return (T)new DataContractJsonSerializer(typeof(T)).ReadObject(stream);
        }
    }

    /// <summary>Standard Webhooks 1.0.</summary>
    public static class Webhook
    {
        /// <summary>
        /// Whether a request is genuine. `body`: the bytes as they came, before any JSON reader. `id`, `timestamp` and
        /// `signatures`: the headers webhook-id, webhook-timestamp, webhook-signature. During a rotation there are two
        /// signatures, and one that fits is enough. Drop ids that you have seen before.
        /// </summary>
        public static bool IsGenuine(byte[] body, string id, string timestamp, string signatures, string secret, DateTimeOffset now)
        {
            const long tolerance = 300;
            long seconds;
            if (id == null || signatures == null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)) return false;
            long age = now.ToUnixTimeSeconds() - seconds;
            if (age > tolerance || age < -tolerance) return false;
            string text = secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret.Substring("whsec_".Length) : secret;
            byte[] key = Convert.FromBase64String(text);
            if (key.Length == 0) throw new ArgumentException("the webhook secret is empty");
            byte[] head = Encoding.UTF8.GetBytes(id + "." + timestamp + ".");
            byte[] expected;
            using (var hmac = new HMACSHA256(key)) expected = hmac.ComputeHash(head.Concat(body).ToArray());
            bool genuine = false;
            foreach (string one in signatures.Split(' '))
                if (SameText(one, "v1," + Convert.ToBase64String(expected))) genuine = true;
            return genuine;
        }

        /// In a time that does not tell how much of it fits.
        private static bool SameText(string left, string right)
        {
            if (left.Length != right.Length) return false;
            int differing = 0;
            for (int i = 0; i < left.Length; i++) differing |= left[i] ^ right[i];
            return differing == 0;
        }
    }

    public static class Program
    {
        private const string Usage =
            "poll CURSOR_FILE                       take what is new or changed\n" +
            "ship ORDER CARRIER TRACKING_NUMBER     tell the channel\n" +
            "stock CHANNEL ITEM QUANTITY            tell the channel\n" +
            "state shipment|stock ID                what became of it\n" +
            "verify ID TIMESTAMP SIGNATURES         is the webhook on standard input genuine?\n" +
            "CROSSDOCK_URL, CROSSDOCK_KEY and, for verify, CROSSDOCK_WEBHOOK_SECRET come from the environment.";

        public static int Main(string[] arguments)
        {
            try
            {
                return Run(arguments).GetAwaiter().GetResult();
            }
            catch (HubException failure)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        }

        private static async Task<int> Run(string[] words)
        {
            string command = words.Length > 0 ? words[0] : "";
            if (command == "verify" && words.Length == 4) return Verify(words[1], words[2], words[3]);
            using (var hub = new HubClient(Setting("CROSSDOCK_URL"), Setting("CROSSDOCK_KEY")))
            {
                if (command == "poll" && words.Length == 2) return await Poll(hub, words[1]).ConfigureAwait(false);
                if (command == "ship" && words.Length == 4)
                {
                    var shipment = new ShipmentPush { OrderId = Number(words[1]), Carrier = words[2], TrackingNumber = words[3] };
                    long[] ids = await hub.PushShipments(new[] { shipment }).ConfigureAwait(false);
                    Console.WriteLine("shipment " + ids[0].ToString(CultureInfo.InvariantCulture));
                    return 0;
                }
                if (command == "stock" && words.Length == 4)
                {
                    var figure = new StockFigure { ItemMasterId = Number(words[2]), Quantity = (int)Number(words[3]) };
                    long[] ids = await hub.PushStock(words[1], new[] { figure }).ConfigureAwait(false);
                    Console.WriteLine("stock " + ids[0].ToString(CultureInfo.InvariantCulture));
                    return 0;
                }
                if (command == "state" && words.Length == 3)
                {
                    long id = Number(words[2]);
                    PushState state = await (words[1] == "stock" ? hub.StockState(id) : hub.ShipmentState(id)).ConfigureAwait(false);
                    Console.WriteLine(state.Status + (state.LastError == null ? "" : ": " + state.LastError));
                    return 0;
                }
            }
            Console.Error.WriteLine(Usage);
            return 2;
        }

        /// Page by page: write, acknowledge, and keep the cursor last. What happens in between comes again; nothing is
        /// passed over.
        private static async Task<int> Poll(HubClient hub, string cursorFile)
        {
            string cursor = File.Exists(cursorFile) ? File.ReadAllText(cursorFile).Trim() : "";
            for (; ; )
            {
                OrderPage page = await hub.ReadOrders(cursor).ConfigureAwait(false);
                if (page.Orders.Length == 0) return 0;
                foreach (Order order in page.Orders) Take(order);
                await hub.Acknowledge(page.Orders.Select(order => order.Id)).ConfigureAwait(false);
                cursor = page.NextCursor;
                File.WriteAllText(cursorFile, cursor);
            }
        }

        /// Your part: insert or update by id, since an order comes again when it changes.
        private static void Take(Order order)
        {
            string total = order.Total == null ? "?" : order.Total.Value.ToString(CultureInfo.InvariantCulture);
            string id = order.Id.ToString(CultureInfo.InvariantCulture);
            Console.WriteLine("order " + id + " " + order.Channel + " " + order.Number + " " + order.Status + " " + total + " " + order.Currency);
            foreach (OrderLine line in order.Lines)
                Console.WriteLine("  " + line.Quantity.ToString(CultureInfo.InvariantCulture) + " x " + (line.Sku ?? "(no sku)"));
        }

        private static int Verify(string id, string timestamp, string signatures)
        {
            using (var body = new MemoryStream())
            {
                Console.OpenStandardInput().CopyTo(body);
                bool genuine = Webhook.IsGenuine(body.ToArray(), id, timestamp, signatures, Setting("CROSSDOCK_WEBHOOK_SECRET"), DateTimeOffset.UtcNow);
                Console.WriteLine(genuine ? "genuine" : "not genuine");
                return genuine ? 0 : 1;
            }
        }

        private static string Setting(string name)
        {
            string value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrEmpty(value)) throw new HubException(0, name + " is not set");
            return value;
        }

        private static long Number(string word)
        {
            long number;
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number)) throw new HubException(0, word + " is not a number");
            return number;
        }
    }
}
