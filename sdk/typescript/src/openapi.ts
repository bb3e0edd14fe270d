// SPDX-License-Identifier: Apache-2.0
// Made by `npm run generate` from docs/api/openapi.json: change that, not this.

export interface paths {
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the hub well?
         * @description For anybody: status and time. With a valid key also what is late, stuck, expiring or broken, with the next step, and how the channels are. It is not counted by rate limits, and a key that is not valid counts as none.
         */
        get: operations["v1GetHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders
         * @description An array, oldest change first (`last_remote_update_at`, else `ordered_at`; then `id`), acknowledged or not, cancelled ones included. To be sure of every change follow the gapless feed: send `X-Next-Cursor` back as `cursor=`, beginning with `cursor=` and nothing behind it. An answer ends after 32 MiB, even when there would be more rows; the cursor goes on.
         */
        get: operations["v1ListOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order with its history
         * @description The order as in the list, with every version that the channel sent, its shipments and its open oddities.
         */
        get: operations["v1GetOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge orders
         * @description "These are in the ERP." Safe to repeat: the first `imported_at` is kept. It is no change: it does not bring an order back into the feed.
         */
        post: operations["v1AcknowledgeOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refunds
         * @description An array of one channel's refunds and returns, oldest first (`occurred_at`, then `id`). Paging and feed as for orders.
         */
        get: operations["v1ListRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge refunds
         * @description As for orders.
         */
        post: operations["v1AcknowledgeRefunds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory_updates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Push stock
         * @description New stock figures for one channel, all or none: one fault refuses the request. `quantity` is what is for sale from now on, not a change. The newest figure of an item and location wins; a figure that is on its way already is not doubled, its id is answered again. Naming an item by `sku` alone is deprecated and answered with a `Deprecation` header.
         */
        post: operations["v1CreateInventoryUpdates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory_updates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of a stock figure */
        get: operations["v1GetInventoryUpdate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Push shipments
         * @description Carrier and tracking number for orders, all or none. The hub tells the channel. The same order, carrier and tracking number again answers the same id, now and after it succeeded; one that had failed starts again. With other lines or another date it is 422. With several shipments each sentence of an error starts with its place, `shipments[1]: `.
         */
        post: operations["v1CreateShipments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shipments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of a shipment */
        get: operations["v1GetShipment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/skus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List skus
         * @description The catalogue, sorted by id, or by change when `since` is given. Read `id` once and store it: it is `item_master_id` of a stock figure.
         */
        get: operations["v1ListSkus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/carrier_codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List carrier codes
         * @description The carriers that a shipment may name. They are synced from the channels; comparing ignores case.
         */
        get: operations["v1ListCarrierCodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fba_inbound_shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List FBA inbound shipments
         * @description Shipments into Amazon's warehouses, by when the hub first saw them.
         */
        get: operations["v1ListFbaInboundShipments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fba_inbound_shipments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One FBA inbound shipment
         * @description With Amazon's own data.
         */
        get: operations["v1GetFbaInboundShipment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fba_inbound_shipments/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync FBA inbound shipments
         * @description Fetches them now, or further back. It happens by itself every hour, too. Asked for again while it runs, it runs once more; of several wishes the widest counts. 422 for a channel that is not Amazon's or is switched off.
         */
        post: operations["v1SyncFbaInboundShipments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fba_carton_pushes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List FBA carton pushes
         * @description By creation.
         */
        get: operations["v1ListFbaCartonPushes"];
        put?: never;
        /**
         * Push an FBA carton
         * @description What is in one carton of a shipment. Without an `Idempotency-Key` an equal carton of the same shipment is a repeat as long as the first has not failed: the answer is that push, and a `Warning` header says so. For two cartons with the same contents give each a key of its own. Amazon is told all cartons of a shipment that have not failed in one message, which it answers some minutes later. The header says, too, that Amazon may ignore the carton.
         */
        post: operations["v1CreateFbaCartonPush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fba_carton_pushes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One FBA carton push */
        get: operations["v1GetFbaCartonPush"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders
         * @description Newest first. With `updated_after` or `updated_before` from the oldest change to the newest, so that what changes meanwhile is met again at the end.
         */
        get: operations["listOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order
         * @description With its versions as the channel sent them, its shipments and its open problems.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where does an order stand?
         * @description In one sentence: who holds it, what happens next and when, the last error in the channel's words, and the call that tries again. The same as `crossdock order why`.
         */
        get: operations["explainOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to an order
         * @description Oldest first.
         */
        get: operations["listOrderEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an order
         * @description The ERP has it. Safe to repeat: the first time is kept.
         */
        post: operations["acknowledgeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge many orders
         * @description Up to 10 000 at once. Ids that are not the account's are passed over.
         */
        post: operations["acknowledgeOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refunds
         * @description Newest first.
         */
        get: operations["listRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/refunds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One refund */
        get: operations["getRefund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/refunds/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge a refund
         * @description Safe to repeat: the first time is kept.
         */
        post: operations["acknowledgeRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/refunds/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge many refunds
         * @description As for orders.
         */
        post: operations["acknowledgeRefunds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List items
         * @description Newest first. With `updated_after` or `updated_before` from the oldest change to the newest.
         */
        get: operations["listItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/items/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item */
        get: operations["getItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/inventory_updates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List stock figures
         * @description Newest first.
         */
        get: operations["listInventoryUpdates"];
        put?: never;
        /**
         * Push stock
         * @description Up to 10 000 figures for one channel, all or none. The newest figure of an item and location wins; one that changes nothing is no second push.
         */
        post: operations["createInventoryUpdates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/inventory_updates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stock figure */
        get: operations["getInventoryUpdate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List shipments
         * @description Newest first.
         */
        get: operations["listShipments"];
        put?: never;
        /**
         * Ship an order
         * @description The hub tells the channel. The same order, carrier and tracking number again answers the same shipment; with other contents it is refused.
         */
        post: operations["createShipment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/shipments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One shipment */
        get: operations["getShipment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/shipments/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a failed shipment again
         * @description 409 when it did not fail.
         */
        post: operations["retryShipment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List channels
         * @description All of them by code, on one page.
         */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/channels/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One channel
         * @description With its open problems, its last reconciliation, and what the provider is to tell the hub of.
         */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/channels/{code}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a channel
         * @description Asks the provider whether the hub may do what it needs. When all is well, whatever waited for the channel goes on now. 200 also when it is not: `ok` says so.
         */
        post: operations["testChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/channels/{code}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pull from a channel now
         * @description What would be pulled by and by. 409 when the channel is switched off.
         */
        post: operations["syncChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs
         * @description The hub's own work, newest first.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/dead_letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead letters
         * @description What was given up (`dead`), and what ended the program again and again (`quarantined`). Newest first.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a job now
         * @description A dead letter starts afresh; what waits runs now. 409 when it runs, is done, or newer work of the same kind took its place.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/jobs/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Throw a dead letter away
         * @description 409 for any other job: what it carries would wait for ever.
         */
        post: operations["discardJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the log of events
         * @description Everything that happened in the account, in the order it was committed, without a gap. Oldest first. To follow the log turn the pages to the end, keep the `id` of the last event, and ask with `after` from then on. Kept for `[events] keep_days`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One event
         * @description `data` is the object as it is now, which is never older than the event.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints
         * @description All of them, on one page: an account has at most 50.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Make a webhook endpoint
         * @description Tells an address of everything that happens from now on. The answer holds its `secret`, which is never shown again; repeated with the same `Idempotency-Key` it is null.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook endpoint */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Remove a webhook endpoint
         * @description Nothing is sent there any more; its secrets are destroyed. 404 the second time.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint
         * @description What is not named stays.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description One row for each event that the endpoint was to be told, newest first.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One delivery
         * @description With every attempt: when, how long, the status and the first kilobyte of the answer.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description All keys of the account, also those that were revoked, without their secrets.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description Its text is `secret`, shown in this answer and never again. Repeated with the same `Idempotency-Key` the answer is of the same key, with `"secret": null` and a `note`. Whoever holds `keys:admin` can make a key for anything. Beyond this machine use TLS.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a key
         * @description It ends at once, also when it is the one that asks. Safe to repeat.
         */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail
         * @description Who changed keys, webhook endpoints and channels, and ran jobs by hand. Newest first, kept for a year.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a key
         * @description A successor that may do the same, in the same plan. The old key holds meanwhile. 409 for a key that has ended or has a successor.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a webhook endpoint
         * @description Nothing is sent for now; what happens is queued. 409 for an endpoint that the hub has disabled.
         */
        post: operations["pauseWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a webhook endpoint
         * @description After a pause, or after it was disabled: what was waiting goes out now. What happened while it was disabled was not queued: replay it, with `undelivered` and `since` its `state_since` from before.
         */
        post: operations["resumeWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/rotate_secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an endpoint's secret
         * @description The new one is shown in this answer and never again. Until `old_secret_good_until` requests are signed with both.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message
         * @description Now and once, also when it is paused.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/webhook_endpoints/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events again
         * @description With the ids they had. One request queues 200 at most: while `next_after` is not null, ask again with it as `after`.
         */
        post: operations["replayWebhookEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send one event again
         * @description To this endpoint once more, from the start of the schedule. 409 when the event is not kept any more.
         */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The same in the words of a key with a dialect; CSV has a header row and a row for every line of an order. */
        V1Dialect: string;
        /** @description The same as a form, for keys with a dialect: `ids[]=1&ids[]=2`, `items[0][sku]=ABC123&items[0][quantity]=10`. */
        V1Form: {
            [key: string]: unknown;
        };
        /** @description An error of `/api/v1`. */
        V1Error: {
            /** @description What is wrong, where, and what to do. Faults of `inventory_updates` and `shipments` are always an array, but for `items must be an array` and `shipments must be an array`. */
            error: string | string[];
        };
        /** @description An error of `/v2`. */
        Error: {
            error: {
                /**
                 * @description For programs; a word never changes its meaning.
                 * @enum {string}
                 */
                code: "unauthenticated" | "forbidden" | "not_found" | "validation_failed" | "rate_limited" | "internal_error" | "bad_request" | "conflict" | "idempotency_key_in_use" | "idempotency_key_reused" | "method_not_allowed" | "payload_too_large" | "unsupported_media_type" | "request_timeout" | "unavailable";
                /** @description For people; it may change. */
                message: string;
                /** @description What programs may want to know besides; empty when there is nothing. */
                details: {
                    /** @description Seconds to wait; also in `Retry-After`. */
                    retry_after?: number;
                    /** @description Every fault of the request (422), at most 100. */
                    errors?: {
                        /** @description The query parameter or member, with its place. */
                        field?: string;
                        /** @description What is wrong with it. */
                        message: string;
                    }[];
                    /** @description How many faults more there were. */
                    left_out?: number;
                    /** @description The rule that said no, in one word: `shipment_not_failed`, `job_running`, `stream_unknown`, … */
                    reason?: string;
                    /** @description The versions that there are, when another one was named. */
                    supported?: string[];
                };
                /** @description That of the `X-Request-Id` header. */
                request_id: string;
            };
        };
        /** @description A short text for people and for probes. */
        Text: string;
        /** @description One line of an order. */
        V1OrderLine: {
            /** @description The channel's id of the line: names it in a partial shipment. */
            external_line_id: string;
            /** @description As the channel has it. */
            sku: string | null;
            title: string | null;
            /** @description Option text or sku of the variant. */
            variant_sku: string | null;
            /**
             * Format: int64
             * @description `id` of the item in `GET /api/v1/skus`. Null while no item is found.
             */
            item_master_id: number | null;
            /**
             * Format: int64
             * @description Shopify: the location that shall ship it.
             */
            assigned_location_id: number | null;
            /** @description Shopify. */
            assigned_location_name: string | null;
            /** @description As ordered. */
            quantity: number;
            /** @description ISO 4217. */
            currency: string;
            /**
             * Format: decimal
             * @description Of one unit, before discounts.
             */
            unit_price: number | null;
            /**
             * Format: decimal
             * @description Of one unit after all discounts, without tax, two digits.
             */
            selling_unit_price: number | null;
            /**
             * Format: decimal
             * @description Of the line, before discounts.
             */
            total_price: number | null;
            /** Format: decimal */
            tax_amount: number | null;
            /** Format: decimal */
            discount_amount: number | null;
            /**
             * Format: decimal
             * @description Where the channel reports it for lines.
             */
            shipping_amount: number | null;
            /** @description The channel's word. */
            fulfillment_status: string | null;
            is_gift: boolean;
            notes: string | null;
            /** @description After edits and removals, where the channel tells. */
            current_quantity: number | null;
        };
        /** @description An order as the ERP is told of it. Every member is present in every answer. */
        V1Order: {
            /**
             * Format: int64
             * @description The hub's id: `remote_order_id` of a shipment.
             */
            id: number;
            /** @description The channel's id. */
            external_order_id: string;
            /**
             * @description Lifecycle: decides about shipping and cancelling. An order may be `cancelled` and still `paid`: do not ship it.
             * @enum {string}
             */
            status: "open" | "partially_fulfilled" | "fulfilled" | "closed" | "cancelled";
            /**
             * Format: date-time
             * @description When the buyer ordered.
             */
            ordered_at: string;
            /**
             * Format: date-time
             * @description When it last changed, by the channel's clock. What a channel does not date is listed under a later time, so that whoever polls one channel by `since` sees it; to be sure of everything follow the feed (`cursor`).
             */
            last_remote_update_at: string | null;
            /**
             * @description The provider.
             * @enum {string}
             */
            fulfillment_channel: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            /** @description Of the store, as in the config file. */
            channel_code: string;
            /**
             * @description Which kind of channel, for logic that differs by provider.
             * @enum {string}
             */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            /** @description What people call it. */
            order_number_hint: string | null;
            /** @description Do the shop's prices include tax? Shopify; null elsewhere. */
            taxes_included: boolean | null;
            buyer_name: string | null;
            buyer_email: string | null;
            /** @description ISO 4217. */
            currency: string;
            /**
             * Format: decimal
             * @description Items, before taxes, shipping and discounts. Null where the channel does not say: not zero.
             */
            subtotal_amount: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            shipping_amount: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            tax_amount: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            discount_amount: number | null;
            /**
             * Format: decimal
             * @description What the buyer pays. Null where the channel does not say: not zero.
             */
            total_amount: number | null;
            /** @description Invoice: name. */
            bill_name: string | null;
            bill_address1: string | null;
            bill_address2: string | null;
            bill_city: string | null;
            /** @description State, province or region. */
            bill_region: string | null;
            /** @description ZIP or postal code. */
            bill_postal: string | null;
            /** @description ISO 3166, two letters, where the channel has it. */
            bill_country: string | null;
            bill_phone: string | null;
            /** @description Ship to: name. */
            ship_name: string | null;
            ship_address1: string | null;
            ship_address2: string | null;
            ship_city: string | null;
            /** @description State, province or region. */
            ship_region: string | null;
            /** @description ZIP or postal code. */
            ship_postal: string | null;
            /** @description ISO 3166, two letters, where the channel has it. */
            ship_country: string | null;
            ship_phone: string | null;
            /** @description `authorized`, `expired`, `failed`, `paid`, `partially_paid`, `partially_refunded`, `pending`, `refunded`, `unpaid`, `voided`, or the channel's own word. */
            payment_status: string | null;
            /** @description The channel's word. */
            payment_method: string | null;
            line_items_count: number;
            /** @description Sum over all lines. */
            items_total_quantity: number;
            is_gift: boolean;
            /** @description The buyer's or the shop's. */
            notes: string | null;
            line_items: components["schemas"]["V1OrderLine"][];
            /** @description The channel's own words, as it sent them. Null with `raw=0`. */
            raw_payload: {
                [key: string]: unknown;
            } | null;
            /** @description Acknowledged? */
            imported_to_erp: boolean;
            /**
             * Format: date-time
             * @description When it was first acknowledged.
             */
            imported_at: string | null;
        };
        /** @description A version of an order as the channel sent it. */
        V1OrderVersion: {
            /**
             * Format: int64
             * @description Of the version.
             */
            id: number;
            /**
             * Format: date-time
             * @description By the channel's clock.
             */
            remote_updated_at: string | null;
            /**
             * Format: date-time
             * @description When the hub fetched it.
             */
            fetched_at: string;
            /** @description Of the payload: equal payloads have equal hashes. */
            content_hash: string;
            /** @description Is it the one that is shown? */
            shown: boolean;
        };
        /** @description An oddity that is open. */
        Problem: {
            /** @description What kind of oddity, for programs. */
            code: string;
            /** @description For people. */
            message: string;
            /** Format: date-time */
            first_seen_at: string;
            /** Format: date-time */
            last_seen_at: string;
            /** @description How often it was met. */
            times: number;
        };
        /** @description What became of a shipment that the ERP sent. */
        V1Shipment: {
            /**
             * Format: int64
             * @description The hub's.
             */
            id: number;
            /**
             * @description `pending` waits, `processing` is on its way, `succeeded`: the channel has it, `failed`: the channel refused it for good.
             * @enum {string}
             */
            status: "pending" | "processing" | "succeeded" | "failed";
            /**
             * Format: int64
             * @description `id` of the order.
             */
            remote_order_id: number;
            /** @description Code. */
            channel: string;
            external_order_id: string;
            /** @description In the channel's casing. */
            carrier: string;
            service: string | null;
            tracking_number: string;
            /** Format: date-time */
            ship_date: string | null;
            /** @description Empty: everything that remained. */
            line_items: {
                external_line_id: string;
                quantity: number;
            }[];
            /** @description What the channel calls it. */
            provider_id: string | null;
            /** @description How often the channel was told. */
            attempts: number;
            /** @description Null when nothing went wrong. */
            last_error_code: string | null;
            /** @description The channel's own words. */
            last_error: string | null;
            /**
             * Format: date-time
             * @description When the hub tries again by itself; null: not by itself.
             */
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description When the ERP sent it.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it succeeded or failed.
             */
            finished_at: string | null;
        };
        /** @description An order with its history. */
        V1OrderDetails: components["schemas"]["V1Order"] & {
            /**
             * Format: date-time
             * @description Since when the channel no longer lists it; an order is never deleted for that.
             */
            remote_missing_at: string | null;
            /** @description Every version that the channel sent. */
            versions: components["schemas"]["V1OrderVersion"][];
            /** @description Its shipments. */
            pushes: components["schemas"]["V1Shipment"][];
            /** @description Oddities that are open. */
            problems: components["schemas"]["Problem"][];
        };
        /** @description What the ERP has stored. */
        Acknowledgement: {
            /** @description `id`s. At most 10 000; may be empty. */
            ids: number[];
        };
        Updated: {
            /** @description How many were not acknowledged before. Repeats, unknown ids and ids of other accounts are not counted and are no error. */
            updated: number;
        };
        /** @description One line of a refund, where the channel tells. */
        V1RefundLine: {
            /** @description The channel's id of the refund's line. */
            external_line_id: string | null;
            sku: string | null;
            title: string | null;
            variant_sku: string | null;
            /** @description Refunded units. */
            quantity: number;
            currency: string;
            /**
             * Format: decimal
             * @description For one unit.
             */
            unit_refund: number | null;
            /**
             * Format: decimal
             * @description For the line.
             */
            total_refund: number | null;
            /** Format: decimal */
            tax_amount: number | null;
            /** Format: decimal */
            discount_amount: number | null;
            /** Format: decimal */
            shipping_amount: number | null;
            reason_code: string | null;
            notes: string | null;
        };
        /** @description A refund or return. */
        V1Refund: {
            /**
             * Format: int64
             * @description The hub's.
             */
            id: number;
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            /** @description The channel's id of the order. */
            external_order_id: string;
            /** @description The channel's id of the refund or return. */
            external_refund_id: string;
            /** Format: date-time */
            occurred_at: string;
            /**
             * Format: decimal
             * @description What was refunded; the same as `total_amount`.
             */
            amount: number | null;
            currency: string;
            /**
             * Format: decimal
             * @description Where the channel breaks it down.
             */
            subtotal_amount: number | null;
            /** Format: decimal */
            shipping_amount: number | null;
            /** Format: decimal */
            tax_amount: number | null;
            /** Format: decimal */
            discount_amount: number | null;
            /**
             * Format: decimal
             * @description What was refunded.
             */
            total_amount: number | null;
            line_items_count: number;
            items_total_quantity: number;
            payment_status: string | null;
            payment_method: string | null;
            /** @description The channel's word. */
            reason_code: string | null;
            notes: string | null;
            /** @description Empty where the channel gives a sum only (eBay, Amazon). */
            line_items: components["schemas"]["V1RefundLine"][];
            /** @description The channel's own words. Null with `raw=0`. */
            raw_payload: {
                [key: string]: unknown;
            } | null;
            /** @description Acknowledged? */
            imported_to_erp: boolean;
            /**
             * Format: date-time
             * @description When it was first acknowledged.
             */
            imported_at: string | null;
        };
        /** @description New stock figures for one channel. */
        V1StockRequest: {
            /** @description Channel code. */
            channel: string;
            /** @description At most 10 000. An item may be named once. */
            items: {
                /**
                 * Format: int64
                 * @description `id` in `GET /api/v1/skus`. The way to name an item.
                 */
                item_master_id?: number | null;
                /**
                 * @deprecated
                 * @description The old way: only when one item has it. With an id both must agree.
                 */
                sku?: string | null;
                /** @description The new quantity that is for sale; not a change. */
                quantity: number;
                /** @description The channel's location; goes before the item's and the channel's own. */
                location_id?: string | number | null;
            }[];
        };
        /** @description The ids under which the state can be asked. */
        CreatedIds: {
            /** @description In the order of what was sent. */
            created_ids: number[];
        };
        /** @description What became of a stock figure. */
        V1InventoryUpdate: {
            /**
             * Format: int64
             * @description The hub's.
             */
            id: number;
            /**
             * @description A figure that a newer one replaced counts as `succeeded`.
             * @enum {string}
             */
            status: "pending" | "processing" | "succeeded" | "failed";
            /**
             * Format: int64
             * @description The newer figure that took its place before it went out.
             */
            superseded_by: number | null;
            /** @description Code. */
            channel: string;
            /** Format: int64 */
            item_master_id: number | null;
            sku: string | null;
            location_id: string | null;
            /** @description As asked. */
            quantity: number;
            /** @description What went out, or may have: less than asked where the settings hold a reserve. Null when nothing left. */
            sent_quantity: number | null;
            attempts: number;
            last_error_code: string | null;
            /** @description The channel's own words. */
            last_error: string | null;
            /**
             * Format: date-time
             * @description When the hub tries again by itself.
             */
            next_attempt_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description Carrier and tracking number for orders. */
        V1ShipmentsRequest: {
            /** @description At most 1 000. */
            shipments: {
                /**
                 * Format: int64
                 * @description `id` of the order. Preferred.
                 */
                remote_order_id?: number | null;
                /** @description Instead of it, with `external_order_id`; with it both must agree. */
                channel?: string | null;
                external_order_id?: string | null;
                /** @description One of `GET /api/v1/carrier_codes`, in any casing. */
                carrier: string;
                /** @description Letters, digits, punctuation; blanks around it are cut. */
                tracking_number: string;
                service?: string | null;
                /** @description ISO 8601 with `Z` or an offset; at most two days ahead. */
                ship_date?: string | null;
                /** @description A partial shipment. Left out: everything that remains. */
                line_items?: {
                    external_line_id: string;
                    quantity: number;
                }[] | null;
            }[];
        };
        /** @description An item of the catalogue: a sku as one channel sells it, at one location. */
        V1Sku: {
            /**
             * Format: int64
             * @description `item_master_id` elsewhere: one for each variant and location.
             */
            id: number;
            /** @description Code. */
            channel: string;
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            sku: string | null;
            title: string | null;
            /** @description The channel's own. */
            channel_product_id: string;
            channel_variant_id: string | null;
            currency: string | null;
            /**
             * Format: decimal
             * @description As listed.
             */
            price: number | null;
            /** @description GTIN, UPC or EAN. */
            barcode: string | null;
            /**
             * @description `retired`: gone from the channel.
             * @enum {string}
             */
            status: "active" | "inactive" | "archived" | "retired" | "unpublished" | "draft";
            /** @description Is the status `active`? */
            active: boolean;
            /**
             * Format: date-time
             * @description By the channel's clock.
             */
            updated_at_remote: string | null;
            /** @description The provider's own ids. */
            external_ids: {
                [key: string]: unknown;
            };
            /** @description What the provider tells besides. */
            attrs: {
                [key: string]: unknown;
            };
            /** @description The channel's own words. Null with `raw=0`. */
            raw_payload: {
                [key: string]: unknown;
            } | null;
        };
        V1SkuPage: {
            /** @description Items of the account or channel with that status, and since that time where one is given. */
            total: number;
            /** @description As applied. */
            limit: number;
            /** @description As applied. */
            offset: number;
            items: components["schemas"]["V1Sku"][];
        };
        CarrierCode: {
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            /** @description What a shipment names. */
            code: string;
            /** @description For people. */
            display_name: string;
        };
        CarrierCodes: {
            carrier_codes: components["schemas"]["CarrierCode"][];
        };
        /** @description An item of an inbound shipment, as Amazon writes it. Amazon may add members. */
        FbaItem: {
            /** @description Amazon's id of the shipment. */
            ShipmentId?: string;
            SellerSKU?: string;
            /** @description FNSKU. */
            FulfillmentNetworkSKU?: string | null;
            QuantityShipped?: number;
            /** @description At Amazon's warehouse. */
            QuantityReceived?: number | null;
            QuantityInCase?: number | null;
            PrepDetailsList?: {
                [key: string]: unknown;
            }[] | null;
            ReleaseDate?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** @description A shipment into Amazon's warehouses. */
        FbaInboundShipment: {
            /**
             * Format: uuid
             * @description The hub's.
             */
            id: string;
            /** @description Amazon's. */
            shipment_id: string;
            shipment_name: string | null;
            destination_fulfillment_center_id: string | null;
            /** @description Amazon's word: `WORKING`, `READY_TO_SHIP`, `SHIPPED`, `IN_TRANSIT`, `DELIVERED`, `CHECKED_IN`, `RECEIVING`, `CLOSED`, `CANCELLED`, `DELETED`, `ERROR`, `ABANDONED`, `MIXED`, `UNCONFIRMED`, or a new one. */
            shipment_status: string;
            label_prep_type: string | null;
            /** @description Packed in cases of the same content? */
            are_cases_required: boolean;
            /** @description Empty until they have been fetched. */
            items: components["schemas"]["FbaItem"][];
            /**
             * Format: int64
             * @description The hub's number of the channel.
             */
            channel_id: number;
            channel_code: string;
            /**
             * Format: uuid
             * @description Of the account.
             */
            account_id: string;
            /**
             * Format: date-time
             * @description The hub first saw it.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Header or items last changed, by the hub's clock: Amazon tells no such time.
             */
            updated_at: string;
        };
        /** @description An inbound shipment with Amazon's own data. */
        FbaInboundShipmentDetails: components["schemas"]["FbaInboundShipment"] & {
            raw_data: {
                /** @description The header, as Amazon sent it. */
                ShipmentData: {
                    [key: string]: unknown;
                };
                /** @description The items, as Amazon sent them. */
                ItemData: components["schemas"]["FbaItem"][];
            };
        };
        CartonItem: {
            /** @description The seller's. */
            sku: string;
            quantity_shipped: number;
            /** @description Units in a case; 1 (or 0) for what is packed individually, which it must be where `are_cases_required` is false. */
            quantity_in_case: number;
        };
        /** @description What became of a carton. */
        FbaCartonPush: {
            /**
             * Format: uuid
             * @description The hub's.
             */
            id: string;
            /**
             * Format: uuid
             * @description `id` of the shipment.
             */
            fba_inbound_shipment_id: string;
            /**
             * @description `pending`, then `processing`, then `succeeded` or `failed`.
             * @enum {string}
             */
            status: "pending" | "processing" | "succeeded" | "failed";
            /** @description As sent. */
            items: components["schemas"]["CartonItem"][];
            /** @description Of a failed one: Amazon's own words. */
            error_message: string | null;
            /**
             * Format: int64
             * @description The hub's number of the channel.
             */
            channel_id: number;
            /**
             * Format: uuid
             * @description Of the account.
             */
            account_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        V1HealthStream: {
            name: string;
            /**
             * Format: date-time
             * @description Everything changed before it is held.
             */
            complete_until: string | null;
            /** Format: date-time */
            last_success_at: string | null;
            /** Format: date-time */
            last_error_at: string | null;
            /** @description Null when the last run went well. */
            last_error: string | null;
        };
        /** @description How the hub is. */
        V1Health: {
            /**
             * @description `unavailable` comes with 503: send no traffic.
             * @enum {string}
             */
            status: "ok" | "unavailable";
            /**
             * Format: date-time
             * @description The hub's clock.
             */
            time: string;
            /** @description Only while the hub upgrades its database: what it is doing. */
            message?: string;
            /** @description Likewise: how far it is. */
            percent?: number;
            /** @description Of the program. This and what follows: with a valid key only. */
            version?: string;
            /** @description What is late, stuck, expiring or broken. */
            details?: {
                /** @enum {string} */
                severity: "error" | "warning" | "info";
                /** @description Code; null when it concerns no channel. */
                channel: string | null;
                /** @description For programs. */
                code: string;
                /** @description For people. */
                message: string;
                /** @description What to do. */
                next_step: string;
            }[];
            /** @description The last check of the whole database file. */
            database_check?: {
                /**
                 * Format: date-time
                 * @description Null: none yet.
                 */
                at: string | null;
                /** @description Milliseconds. */
                took_ms?: number;
                /** @description Was everything in order? */
                sound?: boolean;
            };
            /** @description What the hub shows over TLS. */
            certificate?: {
                /**
                 * Format: date-time
                 * @description Null: it speaks plain HTTP.
                 */
                not_after: string | null;
                /** @description Whole days; negative once it has expired. */
                days_left?: number;
                /** @description Host names and addresses that it is for. */
                names?: string[];
                /** @description Why a newer one on disk is not taken. */
                problem?: string | null;
            };
            channels?: {
                code: string;
                /** @enum {string} */
                provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
                /** @description Switched on in the config file? */
                enabled: boolean;
                /** @enum {string} */
                state: "new" | "ok" | "degraded" | "stopped";
                /** @description Why, for programs. */
                state_code: string | null;
                /** @description Why, for people. */
                state_message: string | null;
                /** Format: date-time */
                state_since: string;
                streams: components["schemas"]["V1HealthStream"][];
            }[];
            /** @description Oddities of single orders, refunds and items. */
            open_problems?: number;
        };
        /** @description About a list. */
        Meta: {
            /** @description Rows of the list, counted when its first page was read, up to 10 000. Not exact: at least so many were found, also below 10 000 where counting had to sift. */
            total: number;
            /** @description False: there are at least `total`. */
            total_is_exact: boolean;
            /** @description As applied. */
            limit: number;
            /** @description Null on the last page. A page may be shorter than `limit`, even empty, and not be the last. */
            next_cursor: string | null;
        };
        /** @description Where to send the goods or the invoice. */
        Address: {
            name: string | null;
            address1: string | null;
            address2: string | null;
            city: string | null;
            /** @description State, province or region. */
            region: string | null;
            /** @description ZIP or postal code. */
            postal: string | null;
            /** @description ISO 3166, two letters, where the channel has it. */
            country: string | null;
            phone: string | null;
        };
        /** @description One line of an order. */
        OrderItem: {
            sku: string | null;
            /** @description As ordered. */
            qty: number;
            /**
             * Format: decimal
             * @description Of one unit, before discounts.
             */
            price: number | null;
            /** @description The channel's id of the line: names it in a partial shipment. */
            line_id: string;
            /** @description The item in `GET /v2/items`; null while none is found. */
            item_id: string | null;
            title: string | null;
            variant: string | null;
            /** @description After edits and removals, where the channel tells. */
            current_qty: number | null;
            /**
             * Format: decimal
             * @description Of one unit after all discounts, without tax, two digits.
             */
            selling_price: number | null;
            /**
             * Format: decimal
             * @description Of the line, before discounts.
             */
            total: number | null;
            /** Format: decimal */
            tax: number | null;
            /** Format: decimal */
            discount: number | null;
            /** Format: decimal */
            shipping: number | null;
            /** @description The channel's word. */
            fulfillment_status: string | null;
            /**
             * Format: int64
             * @description Shopify: the location that shall ship it.
             */
            location_id: number | null;
            /** @description Shopify. */
            location_name: string | null;
            is_gift: boolean;
            notes: string | null;
        };
        /** @description An order of a channel. */
        Order: {
            /** @description The same number as in `/api/v1`. */
            id: string;
            /**
             * @description `pending` waits to be shipped (`open` in `/api/v1`).
             * @enum {string}
             */
            status: "pending" | "partially_fulfilled" | "fulfilled" | "closed" | "cancelled";
            /** @description The channel's code. */
            channel: string | null;
            /**
             * @description Which kind of channel.
             * @enum {string|null}
             */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation" | null;
            /** @description The channel's id. */
            external_id: string;
            /** @description What people call it. */
            number: string | null;
            customer: {
                name: string | null;
                email: string | null;
            };
            items: components["schemas"]["OrderItem"][];
            /**
             * Format: decimal
             * @description Items, before taxes, shipping and discounts. Null where the channel does not say: not zero.
             */
            subtotal: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            shipping_total: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            tax_total: number | null;
            /**
             * Format: decimal
             * @description Null where the channel does not say: not zero.
             */
            discount_total: number | null;
            /**
             * Format: decimal
             * @description What the buyer pays. Null where the channel does not say: not zero.
             */
            total: number | null;
            /** @description ISO 4217. */
            currency: string;
            /** @description Do the shop's prices include tax? Shopify; null elsewhere. */
            taxes_included: boolean | null;
            /** @description `authorized`, `expired`, `failed`, `paid`, `partially_paid`, `partially_refunded`, `pending`, `refunded`, `unpaid`, `voided`, or the channel's own word. */
            payment_status: string | null;
            /** @description The channel's word. */
            payment_method: string | null;
            billing_address: components["schemas"]["Address"];
            shipping_address: components["schemas"]["Address"];
            is_gift: boolean;
            notes: string | null;
            /** @description Who ships instead of the ERP ("Amazon (FBA)"). Null: the ERP does. */
            shipped_by: string | null;
            /** @description Does the ERP have it? */
            acknowledged: boolean;
            /** Format: date-time */
            acknowledged_at: string | null;
            /**
             * Format: date-time
             * @description When the buyer ordered.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it last changed, by the channel's clock.
             */
            updated_at: string | null;
            /**
             * Format: date-time
             * @description When the hub first stored it.
             */
            received_at: string;
            /**
             * Format: date-time
             * @description Since when the channel no longer lists it.
             */
            missing_at_channel_since: string | null;
        };
        /** @description What went wrong last. */
        LastError: {
            /** @description For programs. */
            code: string | null;
            /** @description In the channel's words. */
            message: string;
        };
        /** @description The call that tries again. */
        Retry: {
            /** @enum {string} */
            method: "POST";
            /** @description Relative to the server. */
            path: string;
        };
        /** @description A version of an order as the channel sent it. */
        OrderVersion: {
            /**
             * Format: int64
             * @description Of the version.
             */
            id: number;
            /** @description Is it the one that is shown? */
            shown: boolean;
            /**
             * Format: date-time
             * @description By the channel's clock.
             */
            updated_at: string | null;
            /**
             * Format: date-time
             * @description When the hub fetched it.
             */
            fetched_at: string;
        };
        /** @description An order with its history. */
        OrderDetails: components["schemas"]["Order"] & {
            versions: components["schemas"]["OrderVersion"][];
            shipments: components["schemas"]["Shipment"][];
            /** @description Oddities that are open. */
            problems: components["schemas"]["Problem"][];
        };
        /** @description Where an order stands. */
        OrderExplanation: {
            /** @description Of the order. */
            id: string;
            /** @enum {string} */
            status: "pending" | "partially_fulfilled" | "fulfilled" | "closed" | "cancelled";
            /** @description All of it, for people. */
            sentence: string;
            /**
             * @description `erp` must take or ship it, `hub` goes on by itself, `channel` does the rest, `operator`: a person must mend something, `nobody`: it is over.
             * @enum {string}
             */
            held_by: "hub" | "erp" | "channel" | "operator" | "nobody";
            /** @description What happens next. */
            next: string;
            /**
             * Format: date-time
             * @description When, where that is known.
             */
            next_at: string | null;
            /** @description In the channel's words. */
            last_error: {
                code: string;
                message: string;
                /** Format: date-time */
                at: string | null;
            } | null;
            /** @description The call that tries again; null: there is nothing to try. */
            retry: components["schemas"]["Retry"] | null;
            problems: components["schemas"]["Problem"][];
        };
        /** @description Orders that the ERP has. */
        OrderIds: {
            ids: string[];
        };
        /** @description Refunds that the ERP has. */
        RefundIds: {
            ids: string[];
        };
        Acknowledged: {
            /** @description How many were not acknowledged before. Ids that are not the account's are passed over. */
            acknowledged: number;
        };
        /** @description One line of a refund, where the channel tells. */
        RefundItem: {
            sku: string | null;
            /** @description Refunded units. */
            qty: number;
            /**
             * Format: decimal
             * @description For one unit.
             */
            unit_refund: number | null;
            /** @description The channel's id of the refund's line. */
            line_id: string | null;
            title: string | null;
            variant: string | null;
            /**
             * Format: decimal
             * @description For the line.
             */
            total: number | null;
            /** Format: decimal */
            tax: number | null;
            /** Format: decimal */
            discount: number | null;
            /** Format: decimal */
            shipping: number | null;
            reason: string | null;
            notes: string | null;
        };
        /** @description A refund or return. */
        Refund: {
            /** @description The same number as in `/api/v1`. */
            id: string;
            /** @description The channel's code. */
            channel: string | null;
            /** @enum {string|null} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation" | null;
            /** @description Null while the hub does not have the order. */
            order_id: string | null;
            /** @description The channel's id of the order. */
            external_order_id: string;
            /** @description The channel's id of the refund or return. */
            external_id: string;
            /** @description Empty where the channel gives a sum only (eBay, Amazon). */
            items: components["schemas"]["RefundItem"][];
            /**
             * Format: decimal
             * @description Where the channel breaks it down.
             */
            subtotal: number | null;
            /** Format: decimal */
            shipping_total: number | null;
            /** Format: decimal */
            tax_total: number | null;
            /** Format: decimal */
            discount_total: number | null;
            /**
             * Format: decimal
             * @description What was refunded.
             */
            total: number | null;
            /** @description ISO 4217. */
            currency: string;
            payment_status: string | null;
            payment_method: string | null;
            /** @description The channel's word. */
            reason: string | null;
            notes: string | null;
            /** @description Does the ERP have it? */
            acknowledged: boolean;
            /** Format: date-time */
            acknowledged_at: string | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            created_at: string;
        };
        /** @description A sku as one channel sells it, at one location. */
        Item: {
            /** @description The same number as in `/api/v1`. */
            id: string;
            /** @description The channel's code. */
            channel: string;
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            sku: string | null;
            title: string | null;
            /** @description GTIN, UPC or EAN. */
            barcode: string | null;
            /**
             * @description `retired`: gone from the channel.
             * @enum {string}
             */
            status: "active" | "inactive" | "archived" | "retired" | "unpublished" | "draft";
            /**
             * Format: decimal
             * @description As listed.
             */
            price: number | null;
            currency: string | null;
            /** @description The channel's own. */
            channel_product_id: string;
            channel_variant_id: string | null;
            /** @description The provider's own ids. */
            external_ids: {
                [key: string]: unknown;
            };
            /** @description What the provider tells besides. */
            attrs: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description By the channel's clock.
             */
            updated_at: string | null;
        };
        /** @description A stock figure for a channel. */
        InventoryUpdate: {
            /** @description The same number as in `/api/v1`. */
            id: string;
            /**
             * @description `superseded`: a newer figure took its place before it went out.
             * @enum {string}
             */
            status: "pending" | "processing" | "succeeded" | "failed" | "superseded";
            /** @description The channel's code. */
            channel: string | null;
            /** @description Which item. */
            item_id: string | null;
            sku: string | null;
            /** @description The channel's location. */
            location_id: string | null;
            /** @description As asked. */
            quantity: number;
            /** @description What really went out, or may have; null when nothing left. */
            sent_quantity: number | null;
            /** @description The newer figure. */
            superseded_by: string | null;
            /** @description How often the channel was told. */
            attempts: number;
            /** @description What the channel said. */
            last_error: components["schemas"]["LastError"] | null;
            /**
             * Format: date-time
             * @description When the hub tries again by itself.
             */
            next_attempt_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description New stock figures for one channel. */
        InventoryRequest: {
            /** @description Channel code. */
            channel: string;
            /** @description An item may be named once. */
            items: {
                /** @description The item. */
                item_id?: string | null;
                /** @description Instead of it, when only one item of the channel has it. */
                sku?: string | null;
                /** @description The channel's location, where it is not the item's own. */
                location_id?: string | null;
                /** @description What is for sale from now on; not a change. */
                quantity: number;
            }[];
        };
        /** @description Carrier and tracking number of an order, for its channel. */
        Shipment: {
            /** @description The same number as in `/api/v1`. */
            id: string;
            /**
             * @description `pending` waits, `processing` is on its way, `succeeded`: the channel has it, `failed`: the channel refused it for good.
             * @enum {string}
             */
            status: "pending" | "processing" | "succeeded" | "failed";
            /** @description The channel's code. */
            channel: string | null;
            /** @description Of which order. */
            order_id: string;
            /** @description In the channel's casing. */
            carrier: string;
            service: string | null;
            tracking_number: string;
            /** Format: date-time */
            ship_date: string | null;
            /** @description Empty: everything that remained. */
            items: {
                line_id: string;
                qty: number;
            }[];
            /** @description What the channel calls it. */
            provider_id: string | null;
            /** @description How often the channel was told. */
            attempts: number;
            /** @description What the channel said. */
            last_error: components["schemas"]["LastError"] | null;
            /**
             * Format: date-time
             * @description When the hub tries again by itself.
             */
            next_attempt_at: string | null;
            /** @description The call that sends a failed one again. */
            retry: components["schemas"]["Retry"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description One shipment. */
        ShipmentRequest: {
            /** @description The order. */
            order_id?: string | null;
            /** @description Instead of it, with `external_order_id`. */
            channel?: string | null;
            /** @description The channel's id of the order. */
            external_order_id?: string | null;
            /** @description One of `GET /api/v1/carrier_codes`, in any casing. */
            carrier: string;
            service?: string | null;
            /** @description Letters, digits, punctuation. */
            tracking_number: string;
            /** @description ISO 8601 with `Z` or an offset; at most two days ahead. */
            ship_date?: string | null;
            /** @description A part of the order. Left out: everything that remains. */
            items?: {
                /** @description Of the order's line. */
                line_id: string;
                qty: number;
            }[] | null;
        };
        /** @description What is pulled from a channel, and how far that has come. */
        Stream: {
            name: string;
            /**
             * Format: date-time
             * @description Everything changed before it is held.
             */
            complete_until: string | null;
            /** @description How old that is. */
            lag_seconds: number | null;
            /** Format: date-time */
            last_success_at: string | null;
            /** Format: date-time */
            last_error_at: string | null;
            last_error_code: string | null;
            /** @description Null when the last run went well. */
            last_error: string | null;
        };
        /** @description Something late, stuck or broken. */
        Finding: {
            /** @enum {string} */
            severity: "error" | "warning" | "info";
            /** @description For programs. */
            code: string;
            /** @description For people. */
            message: string;
            /** @description What to do. */
            next_step: string;
        };
        /** @description A store, as the hub sees it. */
        Channel: {
            /** @description As in the config file. */
            code: string;
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            /** @description Switched on in the config file? */
            enabled: boolean;
            /**
             * @description `degraded` works in part, `stopped` not at all.
             * @enum {string}
             */
            status: "new" | "ok" | "degraded" | "stopped";
            /** @description Why, for programs. */
            status_code: string | null;
            /** @description Why, for people. */
            status_message: string | null;
            /** Format: date-time */
            status_since: string;
            streams: components["schemas"]["Stream"][];
            /** @description How many items have each status. */
            listings: {
                [key: string]: number;
            };
            /** @description What is late, stuck or broken, with the next step. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description An oddity that is open. */
        ChannelProblem: {
            /** @description What kind of thing. */
            subject: string;
            /** @description Which one, by the channel's id. */
            key: string;
            /** @description For programs. */
            code: string;
            /** @description For people. */
            message: string;
            /** Format: date-time */
            first_seen_at: string;
            /** Format: date-time */
            last_seen_at: string;
            /** @description How often it was met. */
            times: number;
        };
        /** @description Orders that the channel reports against those held. */
        Reconciliation: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            upto: string;
            /** @description Orders that the channel reports for that time. */
            reported: number;
            /** @description Of them the hub holds. */
            held: number;
            /** @description Were missing here. */
            missing: number;
            /** @description Of them were fetched since. */
            healed: number;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description What the provider is to tell the hub of, and how that stands. */
        ChannelWebhooks: {
            /**
             * Format: date-time
             * @description Looked at last, without a fault.
             */
            checked_at: string | null;
            /** Format: date-time */
            last_error_at: string | null;
            last_error_code: string | null;
            /** @description Why it could not be looked at. */
            last_error: string | null;
            /** @description By topic. */
            subscriptions: components["schemas"]["ChannelSubscription"][];
        };
        /** @description A topic of which the provider is to tell the hub. */
        ChannelSubscription: {
            /** @description In the provider's words. */
            topic: string;
            /** @enum {string} */
            status: "active" | "missing";
            /** @description The provider's; empty: there is none, or it was not told. */
            id: string;
            /** @description That it calls. */
            address: string;
            /**
             * Format: date-time
             * @description It serves without a break since then.
             */
            since: string | null;
            /** Format: date-time */
            checked_at: string;
            /** @description How often the hub restored or mended it. */
            repairs: number;
            last_fault_code: string | null;
            /** @description The last thing that was wrong with it, mended or not. */
            last_fault: string | null;
            /** Format: date-time */
            last_fault_at: string | null;
        };
        /** @description A channel with its oddities. */
        ChannelDetails: components["schemas"]["Channel"] & {
            /** @description The newest 100. */
            problems: components["schemas"]["ChannelProblem"][];
            /** @description The last one; null: none yet. */
            reconciliation: components["schemas"]["Reconciliation"] | null;
            /** @description What the provider is to tell the hub of; null: it never was asked to, for want of a public address. */
            webhooks: components["schemas"]["ChannelWebhooks"] | null;
        };
        /** @description What the provider answered. */
        ChannelTest: {
            /** @description Code. */
            channel: string;
            /** @description May the hub do what it needs? */
            ok: boolean;
            /** @description What is wrong. */
            problems: {
                code: string;
                message: string;
            }[];
        };
        /** @description What to pull now. */
        SyncRequest: {
            /**
             * @description What to pull; `fba` for Amazon only.
             * @default all
             * @enum {string|null}
             */
            stream?: "orders" | "refunds" | "catalog" | "carriers" | "fba" | "reconcile" | "all" | null;
            /** @description ISO 8601 with `Z` or an offset, not in the future: every order changed since then is read once more, and nothing else is pulled. It goes with `orders`, `all` or no stream. */
            since?: string | null;
        };
        /** @description The work that was asked for. */
        SyncJobs: {
            /** @description Code. */
            channel: string;
            jobs: {
                id: string;
                kind: string;
            }[];
        };
        /** @description A piece of the hub's own work. */
        Job: {
            id: string;
            /** @description What it does. */
            kind: string;
            /**
             * @description Its kind of work; each lane has workers of its own.
             * @enum {string}
             */
            lane: "push" | "orders" | "bulk";
            /**
             * @description `retry` waits for its next attempt, `dead` was given up, `quarantined` ended the program again and again.
             * @enum {string}
             */
            state: "ready" | "running" | "retry" | "done" | "dead" | "quarantined";
            /** @description Code; null when it concerns none. */
            channel: string | null;
            /** @description Attempts so far. */
            attempt: number;
            /** @description How often the program ended while it ran. */
            crashes: number;
            /**
             * Format: date-time
             * @description When it runs next; null: not by itself.
             */
            run_at: string | null;
            /** @description What went wrong last. */
            last_error: components["schemas"]["LastError"] | null;
            /** @description The call that runs it now. */
            retry: components["schemas"]["Retry"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description An API key, without its secret. */
        Key: {
            /** @description The key's public part, behind its prefix. Not a secret. */
            id: string;
            name: string;
            /**
             * @description By its prefix: `cdk_live_`, `cdk_test_`, `pk_`.
             * @enum {string}
             */
            kind: "live" | "test" | "publishable";
            /** @description What it may do. */
            scopes: string[];
            /** @description Its rate limit, as named in the config file; null: not limited. */
            plan: string | null;
            /** @description Does it hold now? */
            active: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
            /** @description Address. */
            last_used_from: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** @description The key that takes its place after a rotation. */
            successor: string | null;
            /** @description How `/api/v1` speaks to it, in settings; null: as documented. */
            dialect: string | null;
        };
        /** @description An address that is told of events. */
        WebhookEndpoint: {
            id: string;
            name: string;
            /** @description Where events are sent. */
            url: string;
            /** @description The filter: types, families such as `order.*`, or `*`. */
            events: string[];
            /** @description Of its own headers the names; values are not shown. */
            header_names: string[];
            /**
             * @description `paused` by a person: events wait. `disabled` by the hub: nothing is queued.
             * @enum {string}
             */
            state: "active" | "paused" | "disabled";
            /** @description Why it is disabled. */
            reason: string | null;
            /** Format: date-time */
            state_since: string;
            /**
             * Format: date-time
             * @description Nothing but failures since then.
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_success_at: string | null;
            /** @description Null when the last attempt came through. */
            last_error: string | null;
            /** @description How many wait, came through and failed. */
            deliveries: {
                pending: number;
                succeeded: number;
                failed: number;
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description One event for one endpoint. */
        Delivery: {
            id: string;
            /** @description The event's. */
            event_id: string;
            event_type: string;
            /** @enum {string} */
            state: "pending" | "succeeded" | "failed";
            attempts_made: number;
            /** @description HTTP status of the last answer; null: none came. */
            last_status: number | null;
            last_error: string | null;
            /**
             * Format: date-time
             * @description Null: none.
             */
            next_attempt_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        /** @description A delivery with every attempt. */
        DeliveryDetails: components["schemas"]["Delivery"] & {
            attempts: components["schemas"]["DeliveryAttempt"][];
        };
        /** @description Somebody changed something. */
        AuditEntry: {
            id: string;
            /** Format: date-time */
            created_at: string;
            /** @description "key AbCd1234", "user jane", "config file", "the hub". */
            who: string;
            /** @description Address of the connection; "local": a command on the hub's machine. */
            from: string;
            /** @description What was done. */
            action: string;
            /** @description To what kind of thing. */
            subject: string;
            /** @description Which one. */
            subject_id: string;
            /** @description What more there is to say; never a secret. */
            details: {
                [key: string]: unknown;
            };
        };
        /** @description A key that was just made, with its text. */
        NewKey: components["schemas"]["Key"] & {
            /** @description Of which key it is the successor (rotate). */
            replaces?: string;
            /**
             * Format: date-time
             * @description Until then the old key holds (rotate).
             */
            old_key_ends_at?: string;
            /** @description The key's whole text, in the first answer and never again. Null in a replayed one. */
            secret: string | null;
            /** @description Null, but in a replayed answer: why the secret is not there. */
            note: string | null;
        };
        /** @description A new key. */
        KeyRequest: {
            /** @description For people. */
            name: string;
            /** @description Single ones, or the ready sets `erp` and `read-only`. */
            scopes: string[];
            /**
             * @description `publishable` (or `pk`) for web pages.
             * @default live
             * @enum {string|null}
             */
            kind?: "live" | "test" | "publishable" | "pk" | null;
            /** @description ISO 8601 with `Z` or an offset, ahead. Left out: never. */
            expires_at?: string | null;
            /** @description A rate limit of the config file. Left out: none. */
            plan?: string | null;
            /** @description How `/api/v1` speaks to it: `foxpro`, `delphi`, or settings with commas between. Left out: as documented. */
            dialect?: string | null;
        };
        /** @description How a key is replaced. */
        KeyRotationRequest: {
            /**
             * @description How long the old key holds; 0: not at all.
             * @default 604800
             */
            overlap_seconds?: number | null;
            /** @description Of the new key. Left out: it lives as long as the old one was meant to. */
            expires_at?: string | null;
        };
        /** @description An endpoint that was just made, with its secret. */
        NewWebhookEndpoint: components["schemas"]["WebhookEndpoint"] & {
            /** @description Signs what is sent there; in the first answer and never again. Null in a replayed one. */
            secret: string | null;
            /** @description Null, but in a replayed answer: why the secret is not there. */
            note: string | null;
        };
        /** @description An endpoint with a new secret. */
        RotatedWebhookEndpoint: components["schemas"]["WebhookEndpoint"] & {
            /**
             * Format: date-time
             * @description Until then requests are signed with both.
             */
            old_secret_good_until: string;
            /** @description Signs what is sent there; in the first answer and never again. Null in a replayed one. */
            secret: string | null;
            /** @description Null, but in a replayed answer: why the secret is not there. */
            note: string | null;
        };
        /** @description A new endpoint. */
        WebhookEndpointRequest: {
            /** @description http or https. Addresses in private networks only as the config file allows. */
            url: string;
            /** @description Types, families such as `order.*`, or `*`. */
            events: string[];
            /** @description For people. */
            name?: string | null;
            /** @description What the receiver needs to see in each request besides. */
            headers?: {
                [key: string]: string;
            } | null;
        };
        /** @description What is to change; what is not named stays. */
        WebhookEndpointPatchRequest: {
            url?: string | null;
            /** @description Types, families such as `order.*`, or `*`. */
            events?: string[] | null;
            /** @description Empty: no name. */
            name?: string | null;
            /** @description Replaces all of them; `{}` removes them. */
            headers?: {
                [key: string]: string;
            } | null;
        };
        /** @description How a secret is replaced. */
        SecretRotationRequest: {
            /**
             * @description How long the secret before is good, too.
             * @default 86400
             */
            overlap_seconds?: number | null;
        };
        /** @description Which events go there again. */
        ReplayRequest: {
            /** @description These events. Or, instead, a time and types: */
            event_ids?: string[] | null;
            /** @description ISO 8601 with `Z` or an offset: events from then on. */
            since?: string | null;
            /** @description Events before it. */
            until?: string | null;
            /** @description Left out: what the endpoint wants. */
            types?: string[] | null;
            /** @description Only what it did not take yet. */
            undelivered?: boolean | null;
            /** @description `next_after` of the answer before. */
            after?: string | null;
        };
        ReplayReport: {
            /** @description How many go there again. */
            queued: number;
            /** @description Ids of `event_ids` that the account does not have. */
            unknown: string[];
            /** @description While it is not null, ask again with it as `after`. */
            next_after: string | null;
        };
        /** @description One request of a delivery, and what came of it. */
        DeliveryAttempt: {
            number: number;
            succeeded: boolean;
            /** Format: date-time */
            started_at: string;
            /** @description Milliseconds. */
            duration_ms: number;
            /** @description HTTP status; null: no answer. */
            status: number | null;
            /** @description What went wrong. */
            error: string | null;
            /** @description The first kilobyte of the answer. */
            answer: string | null;
        };
        /** @description A test message. */
        WebhookTest: {
            /** @description `GET /v2/deliveries/{id}` tells it, too. */
            delivery_id: string;
            /** @description The event's. */
            event_id: string;
            /** @description How it went. Null in a replayed answer. */
            attempt: components["schemas"]["DeliveryAttempt"] | null;
            /** @description Null, but in a replayed answer: why the secret is not there. */
            note: string | null;
        };
        /** @description A channel, as events show it. */
        EventChannel: {
            /**
             * Format: int64
             * @description The hub's number of the channel.
             */
            id: number;
            code: string;
            /** @enum {string} */
            provider: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
            enabled: boolean;
            /** @enum {string} */
            state: "new" | "ok" | "degraded" | "stopped";
            /** @description Why, for programs. */
            state_code: string | null;
            /** @description Why, for people. */
            state_message: string | null;
            /** Format: date-time */
            state_since: string;
        };
        /** @description An API key, as events show it: without its secret. */
        EventKey: {
            /** @description The key's public part. */
            key_id: string;
            name: string;
            /** @description With blanks between. */
            scopes: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
        };
        /** @description A webhook endpoint, as events show it: without its address. */
        EventEndpoint: {
            id: string;
            name: string;
            events: string[];
            /** @enum {string} */
            state: "active" | "paused" | "disabled" | "removed";
            reason: string | null;
            /** Format: date-time */
            state_since: string;
            /** Format: date-time */
            failing_since: string | null;
            last_error: string | null;
        };
        /** @description A backup of the whole hub, as events show it. */
        EventBackup: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            state: "completed" | "failed";
        };
        /** @description What every event says. */
        EventBase: {
            /** @description The event's own, for ever: the same over all attempts and replays. Drop what you have seen before. */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            created_at: string;
            /** @description The form of this object; it changes only with a new date. */
            api_version: string;
            /** @description Whose. */
            account: string;
            /** @description Of which store; null where there is none. */
            channel: string | null;
            /**
             * Format: int64
             * @description The hub's own commit order: of two events the one with the higher number happened later.
             */
            sequence: number;
        };
        /** @description About an order. */
        OrderEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "order.created" | "order.updated" | "order.paid" | "order.fulfilled" | "order.partially_fulfilled" | "order.shipped" | "order.cancelled" | "order.closed" | "order.edited_after_ack" | "order.problem" | "order.acknowledged" | "sync.gap_healed";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["Order"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /** @description The channel's id. */
                external_order_id?: string;
                /** @description What people call it. */
                order_number?: string | null;
                /**
                 * @description In the words of `/api/v1`.
                 * @enum {string}
                 */
                status?: "open" | "partially_fulfilled" | "fulfilled" | "closed" | "cancelled";
                payment_status?: string | null;
                /** @description `order.problem`: what kind, for programs. */
                code?: string;
                /** @description `order.problem`: what could not be understood. */
                message?: string;
            };
        };
        /** @description About a shipment. */
        ShipmentEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "shipment.created" | "shipment.pushed" | "shipment.failed";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["Shipment"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /**
                 * Format: int64
                 * @description The order's number in `/api/v1`.
                 */
                order_id?: number;
                carrier?: string;
                tracking_number?: string;
                /** @description The channel's words; empty when there were none. */
                message?: string;
            };
        };
        /** @description About a refund. */
        RefundEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "refund.created" | "refund.updated" | "refund.acknowledged";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["Refund"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                external_order_id?: string;
                external_refund_id?: string;
            };
        };
        /** @description About an item. */
        ItemEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "item.created" | "item.updated" | "item.removed" | "inventory.low" | "inventory.stockout" | "inventory.restocked";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["Item"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                sku?: string | null;
                /** @description What the channel shows now, over all its locations. */
                quantity?: number;
                quantity_before?: number;
                /** @description The line of `[events] low_stock`. */
                low_stock?: number;
            };
        };
        /** @description About an inventory update. */
        InventoryUpdateEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "inventory.updated" | "inventory.pushed" | "inventory.failed";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["InventoryUpdate"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                sku?: string | null;
                /** @description As asked. */
                quantity?: number;
                /** @description The channel's words; empty when there were none. */
                message?: string;
            };
        };
        /** @description About a fba shipment. */
        FbaShipmentEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "fba_shipment.created" | "fba_shipment.updated" | "fba_shipment.items_updated";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["FbaInboundShipment"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /** @description Amazon's. */
                shipment_id?: string;
                shipment_status?: string;
            };
        };
        /** @description About a carton push. */
        CartonPushEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "carton_push.created" | "carton_push.succeeded" | "carton_push.failed";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["FbaCartonPush"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /**
                 * Format: uuid
                 * @description The hub's.
                 */
                id?: string;
                /** Format: uuid */
                fba_inbound_shipment_id?: string;
                /** @description The channel's words; empty when there were none. */
                message?: string;
            };
        };
        /** @description About a channel. */
        ChannelEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "channel.connected" | "channel.error" | "channel.recovered" | "channel.credential_expiring" | "channel.silent" | "sync.completed" | "sync.gap_found";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["EventChannel"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /** @description Code. */
                channel?: string;
                /** @description For programs. */
                code?: string;
                /** @description For people. */
                message?: string;
                /** @description What came to its end. */
                stream?: string;
                /** @description How many rows were looked at. */
                seen?: number;
                /** @description How many of them were new or had changed. */
                changed?: number;
                /**
                 * Format: date-time
                 * @description Begin of the time that was looked at.
                 */
                from?: string;
                /**
                 * Format: date-time
                 * @description Its end.
                 */
                upto?: string;
                /** @description Orders that the channel reports. */
                reported?: number;
                /** @description Of them held here. */
                held?: number;
                /** @description Of them missing here. */
                missing?: number;
            };
        };
        /** @description About a job. */
        JobEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "job.dead_lettered" | "job.parked";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["Job"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                kind?: string;
                code?: string;
                message?: string;
            };
        };
        /** @description About a key. */
        KeyEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "key.created" | "key.revoked" | "key.expiring";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["EventKey"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                key_id?: string;
                name?: string;
                /** Format: date-time */
                expires_at?: string;
            };
        };
        /** @description About a backup. */
        BackupEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "backup.completed" | "backup.failed";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["EventBackup"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /**
                 * Format: int64
                 * @description Size of the file.
                 */
                bytes?: number;
                /**
                 * Format: int64
                 * @description How many rows it holds.
                 */
                rows?: number;
                /** @description Milliseconds. */
                took_ms?: number;
                /** @description Version of the database's form. */
                schema?: number;
                /** @description Of the file. */
                sha256?: string;
                /** @description `backup.failed`: for people. */
                message?: string;
            };
        };
        /** @description About an webhook endpoint. */
        EndpointEvent: components["schemas"]["EventBase"] & {
            /**
             * @description What happened.
             * @enum {string}
             */
            type: "webhook.failing" | "webhook.disabled" | "webhook.test";
            /** @description The whole object as `/v2` shows it, never older than the event; null when it is gone. */
            data: components["schemas"]["EventEndpoint"] | null;
            /** @description What the event says besides; which members there are depends on `type`. */
            details: {
                /**
                 * Format: date-time
                 * @description Nothing but failures since then.
                 */
                since?: string;
                /** @description For how many days. */
                days?: number;
                message?: string;
                /** @description Why it was disabled. */
                reason?: string;
            };
        };
        /** @description Something that happened. New types may be added: read past those that you do not know. */
        Event: components["schemas"]["OrderEvent"] | components["schemas"]["ShipmentEvent"] | components["schemas"]["RefundEvent"] | components["schemas"]["ItemEvent"] | components["schemas"]["InventoryUpdateEvent"] | components["schemas"]["FbaShipmentEvent"] | components["schemas"]["CartonPushEvent"] | components["schemas"]["ChannelEvent"] | components["schemas"]["JobEvent"] | components["schemas"]["KeyEvent"] | components["schemas"]["BackupEvent"] | components["schemas"]["EndpointEvent"];
    };
    responses: never;
    parameters: {
        /** @description Channel code, as in the config file. Left out: all channels of the account. 404 when there is none of that code. */
        V1Channel: string;
        /** @description ISO 8601: changed at or after it, by the channel's clock. Without a zone it is UTC. Left out: 24 hours ago. Not looked at with `cursor`. */
        V1Since: string;
        /** @description Rows of a page, 1 to 500. A larger number is 500. */
        V1Limit: number;
        /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
        V1Cursor: string;
        /** @description `false` lists what is not acknowledged yet, `true` what is. Left out: both. */
        V1Imported: boolean;
        /** @description For keys with a dialect; to others it is an unknown parameter. */
        V1Format: "json" | "csv" | "xml";
        /** @description `0` leaves the channel's payload out: `"raw_payload": null`. */
        V1Raw: "0" | "1" | "false" | "true";
        /** @description Rows of a page. */
        Limit: number;
        /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
        Cursor: string;
        /** @description Channel code. 404 when there is none of that code. */
        Channel: string;
        /** @description ISO 8601, at or after it. Without a zone it is UTC. */
        CreatedAfter: string;
        /** @description ISO 8601, before it. */
        CreatedBefore: string;
        /** @description ISO 8601, changed at or after it. The list then goes from the oldest change to the newest. */
        UpdatedAfter: string;
        /** @description ISO 8601, changed before it. The list then goes from the oldest change to the newest. */
        UpdatedBefore: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    v1GetHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["V1Health"];
                };
            };
        };
    };
    v1ListOrders: {
        parameters: {
            query?: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Channel code, as in the config file. Left out: all channels of the account. 404 when there is none of that code. */
                channel?: components["parameters"]["V1Channel"];
                /** @description ISO 8601: changed at or after it, by the channel's clock. Without a zone it is UTC. Left out: 24 hours ago. Not looked at with `cursor`. */
                since?: components["parameters"]["V1Since"];
                /** @description Rows of a page, 1 to 500. A larger number is 500. */
                limit?: components["parameters"]["V1Limit"];
                /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
                cursor?: components["parameters"]["V1Cursor"];
                /** @description One word: `open`, `partially_fulfilled`, `fulfilled`, `closed`, `cancelled`, or a payment status: `authorized`, `expired`, `failed`, `paid`, `partially_paid`, `partially_refunded`, `pending`, `refunded`, `unpaid`, `voided`. `canceled` is `cancelled`. An unknown word is 422 and lists the valid ones. */
                status?: string;
                /** @description Several words, with commas or repeated; at most 50. */
                statuses?: string[];
                /** @description The same, repeated. */
                "statuses[]"?: string[];
                /** @description `false` lists what is not acknowledged yet, `true` what is. Left out: both. */
                imported?: components["parameters"]["V1Imported"];
                /** @description `0` leaves the channel's payload out: `"raw_payload": null`. */
                raw?: components["parameters"]["V1Raw"];
                /**
                 * @deprecated
                 * @description Accepted, without effect: cancelled orders are always listed. Narrow them by `statuses`.
                 */
                include_cancelled?: string;
                /**
                 * @deprecated
                 * @description As `include_cancelled`.
                 */
                include_canceled?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1Order"][];
                };
            };
        };
    };
    v1GetOrder: {
        parameters: {
            query?: {
                /** @description `0` leaves the channel's payload out: `"raw_payload": null`. */
                raw?: components["parameters"]["V1Raw"];
            };
            header?: never;
            path: {
                /** @description The hub's id of the order. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1OrderDetails"];
                };
            };
        };
    };
    v1AcknowledgeOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": components["schemas"]["Acknowledgement"];
            };
        };
        responses: {
            /** @description How many were not acknowledged before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["Updated"];
                };
            };
        };
    };
    v1ListRefunds: {
        parameters: {
            query: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Channel code. Must be given: 422 `channel is required`. */
                channel: string;
                /** @description ISO 8601: changed at or after it, by the channel's clock. Without a zone it is UTC. Left out: 24 hours ago. Not looked at with `cursor`. */
                since?: components["parameters"]["V1Since"];
                /** @description Rows of a page, 1 to 500. A larger number is 500. */
                limit?: components["parameters"]["V1Limit"];
                /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
                cursor?: components["parameters"]["V1Cursor"];
                /** @description `false` lists what is not acknowledged yet, `true` what is. Left out: both. */
                imported?: components["parameters"]["V1Imported"];
                /** @description `0` leaves the channel's payload out: `"raw_payload": null`. */
                raw?: components["parameters"]["V1Raw"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The refunds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1Refund"][];
                };
            };
        };
    };
    v1AcknowledgeRefunds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": components["schemas"]["Acknowledgement"];
            };
        };
        responses: {
            /** @description How many were not acknowledged before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["Updated"];
                };
            };
        };
    };
    v1CreateInventoryUpdates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": components["schemas"]["V1StockRequest"];
            };
        };
        responses: {
            /** @description The figures are on disk and on their way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["CreatedIds"];
                };
            };
        };
    };
    v1GetInventoryUpdate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One of `created_ids`. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1InventoryUpdate"];
                };
            };
        };
    };
    v1CreateShipments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": components["schemas"]["V1ShipmentsRequest"];
            };
        };
        responses: {
            /** @description The shipments are on disk and on their way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["CreatedIds"];
                };
            };
        };
    };
    v1GetShipment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One of `created_ids`. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1Shipment"];
                };
            };
        };
    };
    v1ListSkus: {
        parameters: {
            query?: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Channel code, as in the config file. Left out: all channels of the account. 404 when there is none of that code. */
                channel?: components["parameters"]["V1Channel"];
                /** @description ISO 8601: changed at or after it. Without a zone it is UTC. Left out: all. */
                since?: string;
                /** @description `all`, or one of `active`, `inactive`, `archived`, `retired`, `unpublished`, `draft`. A program that follows the cursor wants `all`, or it never hears that an item went. */
                status?: string;
                /** @description Rows of a page, 1 to 500. A larger number is 500. */
                limit?: components["parameters"]["V1Limit"];
                /** @description Rows to pass over. */
                offset?: number;
                /** @description `0` leaves the channel's payload out: `"raw_payload": null`. */
                raw?: components["parameters"]["V1Raw"];
                /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
                cursor?: components["parameters"]["V1Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["V1SkuPage"];
                };
            };
        };
    };
    v1ListCarrierCodes: {
        parameters: {
            query?: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Of this provider. */
                provider?: "shopify" | "amazon" | "walmart" | "ebay" | "shipstation";
                /** @description Channel code: the list of its provider. */
                channel?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The carriers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": components["schemas"]["CarrierCodes"];
                };
            };
        };
    };
    v1ListFbaInboundShipments: {
        parameters: {
            query?: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Channel code, as in the config file. Left out: all channels of the account. 404 when there is none of that code. */
                channel?: components["parameters"]["V1Channel"];
                /** @description Amazon's word in any casing: `WORKING`, `READY_TO_SHIP`, `SHIPPED`, `IN_TRANSIT`, `DELIVERED`, `CHECKED_IN`, `RECEIVING`, `CLOSED`, `CANCELLED`, `DELETED`, `ERROR`, `ABANDONED`, `MIXED`, `UNCONFIRMED`. */
                status?: string;
                /** @description `true`: also shipments whose items have not been fetched yet; their `items` are empty. */
                include_pending?: boolean;
                /** @description Rows of a page, 1 to 500. Without `limit` and `cursor` the whole list is answered, up to 32 MiB. */
                limit?: number;
                /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
                cursor?: components["parameters"]["V1Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shipments. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        shipments: components["schemas"]["FbaInboundShipment"][];
                    };
                };
            };
        };
    };
    v1GetFbaInboundShipment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The hub's id of the shipment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shipment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        shipment: components["schemas"]["FbaInboundShipmentDetails"];
                    };
                };
            };
        };
    };
    v1SyncFbaInboundShipments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": {
                    /** @description Code of an Amazon channel. */
                    channel: string;
                    /**
                     * @description How far back.
                     * @default 7
                     */
                    days?: number | null;
                };
            };
        };
        responses: {
            /** @description It will be done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        /** @description For people. */
                        message: string;
                    };
                };
            };
        };
    };
    v1ListFbaCartonPushes: {
        parameters: {
            query?: {
                /** @description For keys with a dialect; to others it is an unknown parameter. */
                format?: components["parameters"]["V1Format"];
                /** @description Channel code, as in the config file. Left out: all channels of the account. 404 when there is none of that code. */
                channel?: components["parameters"]["V1Channel"];
                /** @description Only these. */
                status?: "pending" | "processing" | "succeeded" | "failed";
                /** @description Rows of a page, 1 to 500. Without `limit` and `cursor` the whole list is answered, up to 32 MiB. */
                limit?: number;
                /** @description The gapless feed: where the page before ended (`X-Next-Cursor`), or empty for the very beginning. `since` and `offset` are then not looked at. 400 when it is not valid here. */
                cursor?: components["parameters"]["V1Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cartons. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        fba_carton_pushes: components["schemas"]["FbaCartonPush"][];
                    };
                };
            };
        };
    };
    v1CreateFbaCartonPush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["V1Form"];
                "application/json": {
                    /** @description Channel code. */
                    channel: string;
                    /**
                     * Format: uuid
                     * @description `id` of the shipment.
                     */
                    fba_inbound_shipment_id: string;
                    /** @description Different skus. */
                    items: components["schemas"]["CartonItem"][];
                };
            };
        };
        responses: {
            /** @description The carton is on disk and on its way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        fba_carton_push: components["schemas"]["FbaCartonPush"];
                    };
                };
            };
        };
    };
    v1GetFbaCartonPush: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The hub's id of the carton. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["V1Dialect"];
                    "application/xml": components["schemas"]["V1Dialect"];
                    "application/json": {
                        fba_carton_push: components["schemas"]["FbaCartonPush"];
                    };
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Several with commas: `pending` (or `open`), `partially_fulfilled`, `fulfilled`, `closed`, `cancelled`. */
                status?: string[];
                /** @description Several with commas. */
                payment_status?: string[];
                /** @description Does the ERP have it? */
                acknowledged?: boolean;
                /** @description `true`: with an open problem; `false`: without. */
                problem?: boolean;
                /** @description What people call it. */
                number?: string;
                /** @description The channel's id. */
                external_id?: string;
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
                /** @description ISO 8601, changed at or after it. The list then goes from the oldest change to the newest. */
                updated_after?: components["parameters"]["UpdatedAfter"];
                /** @description ISO 8601, changed before it. The list then goes from the oldest change to the newest. */
                updated_before?: components["parameters"]["UpdatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Order"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["OrderDetails"];
                    };
                };
            };
        };
    };
    explainOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["OrderExplanation"];
                    };
                };
            };
        };
    };
    listOrderEvents: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description The order's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    acknowledgeOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Order"];
                    };
                };
            };
        };
    };
    acknowledgeOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderIds"];
            };
        };
        responses: {
            /** @description How many were not acknowledged before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Acknowledged"];
                    };
                };
            };
        };
    };
    listRefunds: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Does the ERP have it? */
                acknowledged?: boolean;
                /** @description Of one order. */
                order_id?: string;
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The refund's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The refund. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"];
                    };
                };
            };
        };
    };
    acknowledgeRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The refund's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The refund. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"];
                    };
                };
            };
        };
    };
    acknowledgeRefunds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundIds"];
            };
        };
        responses: {
            /** @description How many were not acknowledged before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Acknowledged"];
                    };
                };
            };
        };
    };
    listItems: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Only these. */
                status?: "active" | "inactive" | "archived" | "retired" | "unpublished" | "draft";
                /** @description Exactly this sku. */
                sku?: string;
                /** @description ISO 8601, changed at or after it. The list then goes from the oldest change to the newest. */
                updated_after?: components["parameters"]["UpdatedAfter"];
                /** @description ISO 8601, changed before it. The list then goes from the oldest change to the newest. */
                updated_before?: components["parameters"]["UpdatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Item"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The item's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Item"];
                    };
                };
            };
        };
    };
    listInventoryUpdates: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Only these. */
                status?: "pending" | "processing" | "succeeded" | "failed" | "superseded";
                /** @description Of one item. */
                item_id?: string;
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["InventoryUpdate"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    createInventoryUpdates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InventoryRequest"];
            };
        };
        responses: {
            /** @description The figures, in order. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["InventoryUpdate"][];
                    };
                };
            };
        };
    };
    getInventoryUpdate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The figure's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["InventoryUpdate"];
                    };
                };
            };
        };
    };
    listShipments: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Only these. */
                status?: "pending" | "processing" | "succeeded" | "failed";
                /** @description Of one order. */
                order_id?: string;
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Shipment"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    createShipment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShipmentRequest"];
            };
        };
        responses: {
            /** @description The shipment is on disk and on its way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Shipment"];
                    };
                };
            };
        };
    };
    getShipment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The shipment's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Shipment"];
                    };
                };
            };
        };
    };
    retryShipment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The shipment's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shipment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Shipment"];
                    };
                };
            };
        };
    };
    listChannels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channels. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Channel"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Channel code. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ChannelDetails"];
                    };
                };
            };
        };
    };
    testChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Channel code. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the provider answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ChannelTest"];
                    };
                };
            };
        };
    };
    syncChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Channel code. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            /** @description The jobs are on disk. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["SyncJobs"];
                    };
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Several with commas. Left out: all but `done`. */
                state?: ("ready" | "running" | "retry" | "done" | "dead" | "quarantined")[];
                /** @description Only this lane. */
                lane?: "push" | "orders" | "bulk";
                /** @description Only this kind. */
                kind?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Channel code. 404 when there is none of that code. */
                channel?: components["parameters"]["Channel"];
                /** @description Only this lane. */
                lane?: "push" | "orders" | "bulk";
                /** @description Only this kind. */
                kind?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
        };
    };
    discardJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description The id of an event: those behind it. Not together with `cursor`. */
                after?: string;
                /** @description Several with commas; `order.*` for a family. */
                type?: string[];
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The event's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"];
                    };
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoints. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointRequest"];
            };
        };
        responses: {
            /** @description The endpoint, with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["NewWebhookEndpoint"];
                    };
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            deleted: boolean;
                        };
                    };
                };
            };
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointPatchRequest"];
            };
        };
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only these. */
                state?: "pending" | "succeeded" | "failed";
                /** @description Of one event. */
                event_id?: string;
            };
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeliveryDetails"];
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description The key, with its text. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["NewKey"];
                    };
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id: its public part, behind its prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"];
                    };
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id: its public part, behind its prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"];
                    };
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["Limit"];
                /** @description `meta.next_cursor` of the page before. It belongs to its list, its filters and its account; `limit` may change. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Exactly this action. */
                action?: string;
                /** @description Of this kind of thing. */
                subject?: string;
                /** @description ISO 8601, at or after it. Without a zone it is UTC. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description ISO 8601, before it. */
                created_before?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AuditEntry"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id: its public part, behind its prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["KeyRotationRequest"];
            };
        };
        responses: {
            /** @description The successor, with its text. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["NewKey"];
                    };
                };
            };
        };
    };
    pauseWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
    };
    resumeWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SecretRotationRequest"];
            };
        };
        responses: {
            /** @description The endpoint, with its new secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["RotatedWebhookEndpoint"];
                    };
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookTest"];
                    };
                };
            };
        };
    };
    replayWebhookEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description They are queued. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ReplayReport"];
                    };
                };
            };
        };
    };
    replayDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Delivery"];
                    };
                };
            };
        };
    };
}
