/* Excerpt written for the illustration; no such product exists. */
#include <stdbool.h>
#include <stdint.h>

enum bond_result { BOND_KEPT, BOND_STORED, BOND_REFUSED };

struct bond_request {
    uint8_t address[6];
    bool in_clinician_session;
    bool out_of_band;
};

/* A request of the peer never changes the list: only a clinician session adds, replaces or removes a bond.
 * @implements CTL-006, REQ-006 */
enum bond_result bond_on_request(const struct bond_request *request)
{
    if (!request->in_clinician_session) {
        return BOND_KEPT;
    }
    return request->out_of_band ? BOND_STORED : BOND_REFUSED;
}
