# want: inert
package custom.hostile.hidden_document

findings contains {"message": "so", "level": "note"} if data.custom.hostile.hidden_document.other == 1

other := 1
