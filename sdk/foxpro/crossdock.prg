* SPDX-License-Identifier: Apache-2.0
* What an ERP in Visual FoxPro (8 or 9) does with crossdock: takes orders, acknowledges them, sends stock and shipments.
* Needs nothing but Windows: requests go through MSXML, and the JSON reader is at the end of this file.
* Copy the functions, write your own TakeOrder, and call TakeOrders from a timer, every minute or so.

#DEFINE HUB_URL "http://127.0.0.1:8080"
#DEFINE HUB_KEY "YOUR_API_KEY"
#DEFINE CURSOR_FILE "crossdock_cursor.txt"
#DEFINE HUB_TRIES 4

LOCAL lnTaken, loShipment, loStock
lnTaken = TakeOrders()
IF lnTaken >= 0
  ? "orders taken: " + Whole(lnTaken)
ENDIF

* A shipment: the hub's number of the order, the carrier's code, the parcel's number.
loShipment = SendShipment(123, "UPS", "1Z999AA10123456784")
? HubSays(loShipment)

* Stock: the hub's number of the item (id in /api/v1/skus), and how many are for sale now.
loStock = SendStock("shop-us", 4421, 10)
? HubSays(loStock)
RETURN


* Takes everything that is new or changed, page by page. Returns how many orders, or -1 when the hub did not answer well.
* The cursor is kept last: what happens in between comes again, and nothing is passed over.
FUNCTION TakeOrders
  LOCAL lcCursor, loAnswer, loOrders, lcIds, lnTaken, i
  lnTaken = 0
  lcCursor = ""
  IF FILE(CURSOR_FILE)
    lcCursor = ALLTRIM(FILETOSTR(CURSOR_FILE))
  ENDIF
  DO WHILE .T.
    loAnswer = HubCall("GET", "/api/v1/orders?raw=0&limit=100&cursor=" + lcCursor, "", "")
    IF loAnswer.nStatus <> 200
      ? HubSays(loAnswer)
      RETURN -1
    ENDIF
    loOrders = JsonRead(loAnswer.cText)
    IF loOrders.Count = 0
      RETURN lnTaken
    ENDIF
    lcIds = ""
    FOR i = 1 TO loOrders.Count
      TakeOrder(loOrders.Item(i))
      lcIds = lcIds + IIF(EMPTY(lcIds), "", ",") + Whole(loOrders.Item(i).id)
    ENDFOR
    lcCursor = loAnswer.cNextCursor
    loAnswer = HubCall("POST", "/api/v1/orders/ack", '{"ids":[' + lcIds + ']}', NewKey())
    IF loAnswer.nStatus <> 200
      ? HubSays(loAnswer)
      RETURN -1
    ENDIF
    STRTOFILE(lcCursor, CURSOR_FILE)
    lnTaken = lnTaken + loOrders.Count
  ENDDO
ENDFUNC


* Your part: insert or update by id; an order comes again when it changes. Cancel it when its status is "cancelled".
FUNCTION TakeOrder(toOrder)
  LOCAL i, loLine
  ? Whole(toOrder.id) + " " + NVL(toOrder.order_number_hint, "") + " " + toOrder.status + " " + toOrder.currency
  FOR i = 1 TO toOrder.line_items.Count
    loLine = toOrder.line_items.Item(i)
    ? "  " + Whole(loLine.quantity) + " x " + NVL(loLine.sku, "(no sku)")
  ENDFOR
ENDFUNC


* Tells the channel that the whole order has left. Answers like HubCall: 201 {"created_ids":[...]}, or 422 with the reason.
* Sent twice, the same order, carrier and number are one shipment.
FUNCTION SendShipment(tnOrder, tcCarrier, tcTracking)
  LOCAL lcBody
  lcBody = '{"shipments":[{"remote_order_id":' + Whole(tnOrder) + ',"carrier":' + JsonText(tcCarrier)
  lcBody = lcBody + ',"tracking_number":' + JsonText(tcTracking) + '}]}'
  RETURN HubCall("POST", "/api/v1/shipments", lcBody, NewKey())
ENDFUNC


* Tells the channel how many of an item are for sale: the new figure, not a change.
FUNCTION SendStock(tcChannel, tnItem, tnQuantity)
  LOCAL lcBody
  lcBody = '{"channel":' + JsonText(tcChannel) + ',"items":[{"item_master_id":' + Whole(tnItem)
  lcBody = lcBody + ',"quantity":' + Whole(tnQuantity) + '}]}'
  RETURN HubCall("POST", "/api/v1/inventory_updates", lcBody, NewKey())
ENDFUNC


* A request. Answers an object: nStatus (0: no answer), cText, cNextCursor.
* No answer, "too many" (429) and "busy" (503) are tried again, with the same key, so that the hub does it once.
FUNCTION HubCall(tcMethod, tcPath, tcBody, tcKey)
  LOCAL loHttp, loAnswer, lnTry, lnWait, loError
  loAnswer = CREATEOBJECT("Empty")
  ADDPROPERTY(loAnswer, "nStatus", 0)
  ADDPROPERTY(loAnswer, "cText", "")
  ADDPROPERTY(loAnswer, "cNextCursor", "")
  FOR lnTry = 1 TO HUB_TRIES
    lnWait = 2 ^ lnTry
    loAnswer.nStatus = 0
    TRY
      loHttp = CREATEOBJECT("MSXML2.ServerXMLHTTP.6.0")
      loHttp.setTimeouts(5000, 5000, 30000, 60000)
      loHttp.open(tcMethod, HUB_URL + tcPath, .F.)
      loHttp.setRequestHeader("X-Api-Key", HUB_KEY)
      IF NOT EMPTY(tcKey)
        loHttp.setRequestHeader("Idempotency-Key", tcKey)
      ENDIF
      IF EMPTY(tcBody)
        loHttp.send()
      ELSE
        loHttp.setRequestHeader("Content-Type", "application/json")
        loHttp.send(tcBody)
      ENDIF
      loAnswer.cText = loHttp.responseText
      loAnswer.cNextCursor = NVL(loHttp.getResponseHeader("X-Next-Cursor"), "")
      lnWait = MAX(lnWait, VAL(NVL(loHttp.getResponseHeader("Retry-After"), "")))
      loAnswer.nStatus = loHttp.status
    CATCH TO loError
      loAnswer.cText = loError.Message
    ENDTRY
    * Longer than a minute is not waited here: the next run of the timer asks again.
    IF NOT INLIST(loAnswer.nStatus, 0, 429, 503) OR lnTry = HUB_TRIES OR lnWait > 60
      EXIT
    ENDIF
    INKEY(lnWait, "H")
  ENDFOR
  RETURN loAnswer
ENDFUNC


* A new one for every new request; the repeats of one request share it.
FUNCTION NewKey
  RETURN DTOS(DATE()) + "-" + SYS(2015) + "-" + Whole(INT(RAND(-1) * 1000000000))
ENDFUNC


* A whole number without decimals, whatever SET DECIMALS says.
FUNCTION Whole(tnNumber)
  RETURN ALLTRIM(STR(tnNumber, 18))
ENDFUNC


* One line for a log.
FUNCTION HubSays(toAnswer)
  IF toAnswer.nStatus = 0
    RETURN "the hub did not answer: " + toAnswer.cText
  ENDIF
  RETURN "the hub answered " + Whole(toAnswer.nStatus) + ": " + toAnswer.cText
ENDFUNC


* A text in JSON's quotes.
FUNCTION JsonText(tcText)
  LOCAL lcText, i
  lcText = STRTRAN(STRTRAN(ALLTRIM(tcText), "\", "\\"), '"', '\"')
  lcText = STRTRAN(STRTRAN(STRTRAN(lcText, CHR(13), "\r"), CHR(10), "\n"), CHR(9), "\t")
  FOR i = 0 TO 31
    lcText = STRTRAN(lcText, CHR(i), "")
  ENDFOR
  RETURN '"' + lcText + '"'
ENDFUNC


* JSON as FoxPro has it: an object gets properties, an array is a Collection (Count, Item(1) and so on), null is .NULL.
* Numbers of more than 15 digits lose the last ones. Text is in the code page of the program.
FUNCTION JsonRead(tcJson)
  LOCAL loReader, lxValue
  loReader = CREATEOBJECT("Empty")
  ADDPROPERTY(loReader, "cText", tcJson)
  ADDPROPERTY(loReader, "nAt", 1)
  lxValue = JsonValue(loReader)
  JsonBlanks(loReader)
  IF loReader.nAt <= LEN(loReader.cText)
    ERROR "JSON goes on behind its end, at " + Whole(loReader.nAt)
  ENDIF
  RETURN lxValue
ENDFUNC


FUNCTION JsonValue(toReader)
  LOCAL lcNext, loValue, lcName
  JsonBlanks(toReader)
  lcNext = JsonPeek(toReader)
  DO CASE
  CASE lcNext == "{"
    loValue = CREATEOBJECT("Empty")
    JsonExpect(toReader, "{")
    JsonBlanks(toReader)
    DO WHILE NOT JsonPeek(toReader) == "}"
      JsonBlanks(toReader)
      lcName = JsonString(toReader)
      JsonBlanks(toReader)
      JsonExpect(toReader, ":")
      ADDPROPERTY(loValue, JsonName(lcName), JsonValue(toReader))
      JsonComma(toReader, "}")
    ENDDO
    JsonExpect(toReader, "}")
    RETURN loValue
  CASE lcNext == "["
    loValue = CREATEOBJECT("Collection")
    JsonExpect(toReader, "[")
    JsonBlanks(toReader)
    DO WHILE NOT JsonPeek(toReader) == "]"
      loValue.Add(JsonValue(toReader))
      JsonComma(toReader, "]")
    ENDDO
    JsonExpect(toReader, "]")
    RETURN loValue
  CASE lcNext == '"'
    RETURN JsonString(toReader)
  CASE lcNext == "t"
    JsonExpect(toReader, "true")
    RETURN .T.
  CASE lcNext == "f"
    JsonExpect(toReader, "false")
    RETURN .F.
  CASE lcNext == "n"
    JsonExpect(toReader, "null")
    RETURN .NULL.
  OTHERWISE
    RETURN JsonNumber(toReader)
  ENDCASE
ENDFUNC


* A property's name has letters, digits and underscores; others ("two words", a sku) become underscores.
FUNCTION JsonName(tcName)
  LOCAL lcName, lcChar, i
  lcName = ""
  FOR i = 1 TO LEN(tcName)
    lcChar = SUBSTR(tcName, i, 1)
    lcName = lcName + IIF(ISALPHA(lcChar) OR ISDIGIT(lcChar), lcChar, "_")
  ENDFOR
  RETURN IIF(ISALPHA(lcName), lcName, "_" + lcName)
ENDFUNC


FUNCTION JsonPeek(toReader)
  RETURN SUBSTR(toReader.cText, toReader.nAt, 1)
ENDFUNC


FUNCTION JsonBlanks(toReader)
  DO WHILE toReader.nAt <= LEN(toReader.cText) AND JsonPeek(toReader) $ " " + CHR(9) + CHR(10) + CHR(13)
    toReader.nAt = toReader.nAt + 1
  ENDDO
ENDFUNC


FUNCTION JsonExpect(toReader, tcWord)
  IF NOT SUBSTR(toReader.cText, toReader.nAt, LEN(tcWord)) == tcWord
    ERROR "JSON: " + tcWord + " is missing at " + Whole(toReader.nAt)
  ENDIF
  toReader.nAt = toReader.nAt + LEN(tcWord)
ENDFUNC


* Behind a member: a comma and the next one, or the end.
FUNCTION JsonComma(toReader, tcEnd)
  JsonBlanks(toReader)
  IF NOT JsonPeek(toReader) == tcEnd
    JsonExpect(toReader, ",")
    JsonBlanks(toReader)
  ENDIF
ENDFUNC


FUNCTION JsonString(toReader)
  LOCAL lcText, lcPiece, lcChar, lcCode, lnEnd
  lcText = ""
  JsonExpect(toReader, '"')
  DO WHILE .T.
    * As much as goes without an escape at once.
    lcPiece = SUBSTR(toReader.cText, toReader.nAt, 200)
    IF LEN(lcPiece) = 0
      ERROR "JSON: a text has no end"
    ENDIF
    lnEnd = LEN(lcPiece) + 1
    IF AT('"', lcPiece) > 0
      lnEnd = AT('"', lcPiece)
    ENDIF
    IF AT("\", lcPiece) > 0
      lnEnd = MIN(lnEnd, AT("\", lcPiece))
    ENDIF
    lcText = lcText + LEFT(lcPiece, lnEnd - 1)
    toReader.nAt = toReader.nAt + lnEnd - 1
    IF lnEnd > LEN(lcPiece)
      LOOP
    ENDIF
    IF JsonPeek(toReader) == '"'
      JsonExpect(toReader, '"')
      RETURN lcText
    ENDIF
    JsonExpect(toReader, "\")
    lcChar = JsonPeek(toReader)
    toReader.nAt = toReader.nAt + 1
    DO CASE
    CASE lcChar == "n"
      lcText = lcText + CHR(10)
    CASE lcChar == "r"
      lcText = lcText + CHR(13)
    CASE lcChar == "t"
      lcText = lcText + CHR(9)
    CASE lcChar == "b"
      lcText = lcText + CHR(8)
    CASE lcChar == "f"
      lcText = lcText + CHR(12)
    CASE lcChar == "u"
      lcCode = SUBSTR(toReader.cText, toReader.nAt, 4)
      toReader.nAt = toReader.nAt + 4
      lcText = lcText + STRCONV(CHR(EVALUATE("0x" + RIGHT(lcCode, 2))) + CHR(EVALUATE("0x" + LEFT(lcCode, 2))), 6)
    OTHERWISE
      lcText = lcText + lcChar
    ENDCASE
  ENDDO
ENDFUNC


FUNCTION JsonNumber(toReader)
  LOCAL lnEnd, lcNumber
  lnEnd = toReader.nAt
  DO WHILE lnEnd <= LEN(toReader.cText) AND SUBSTR(toReader.cText, lnEnd, 1) $ "+-.0123456789eE"
    lnEnd = lnEnd + 1
  ENDDO
  lcNumber = SUBSTR(toReader.cText, toReader.nAt, lnEnd - toReader.nAt)
  IF EMPTY(lcNumber)
    ERROR "JSON: a value is missing at " + Whole(toReader.nAt)
  ENDIF
  toReader.nAt = lnEnd
  * VAL() reads the decimal point that SET POINT names.
  RETURN VAL(STRTRAN(lcNumber, ".", SET("POINT")))
ENDFUNC
