// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "dialect/dialect.h"

/// Answers of `/api/v1` in a dialect. What comes in is the contract's JSON as the hub writes it; numbers keep their
/// digits, so money is never calculated with.
namespace crossdock::dialect {

enum class List { orders, refunds, skus, carrier_codes, fba_inbound_shipments, fba_carton_pushes };

/// Writes the rows of a list one after the other: begin, rows, end. File exchange uses it as the API does.
class ListWriter {
public:
    /// All three outlive this.
    ListWriter(std::string& out, const Dialect& dialect, List list) : out_(out), dialect_(dialect), list_(list) {}
    /// `head`: members that stand beside the rows ("\"total\":3,\"limit\":100"); in CSV there is no place for them.
    void begin(std::string_view head = {});
    /// One whole row, an object of the contract. Flat ones become several, one for every line.
    void row(std::string_view object);
    void end();

private:
    void flat_rows(std::string_view object);

    std::string& out_;
    const Dialect& dialect_;
    List list_;
    bool first_ = true;
};

/// The body of a whole list: an array of rows, or an object with one among its members.
std::string respell_list(const Dialect& dialect, List list, std::string_view body);
/// One row by itself, as GET of one id answers it; `wrapper` is the member it stands in, empty where there is none.
std::string respell_row(const Dialect& dialect, List list, std::string_view wrapper, std::string_view body);
/// Any other object. `name` is its XML element. Nested values are JSON text in a cell of CSV.
std::string respell_object(const Dialect& dialect, std::string_view name, std::string_view body);
/// {"error":"…"} or {"error":["…",…]}.
std::string respell_error(const Dialect& dialect, std::string_view body);

}  // namespace crossdock::dialect
