// Excerpt written for the illustration; no such product exists.
#include "rig.hpp"

constexpr int attempts = 1000;

// The published sequence, with the address of the bonded remote.
// @verifies TST-107, VUL-001, VUL-011
bool bond_survives_crafted_security_requests(Rig &rig)
{
    const auto before = rig.implant().bonds();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        rig.impostor().security_request(rig.remote().address());
        if (rig.implant().bonds() != before) {
            return false;
        }
    }
    return rig.remote().reconnects();
}
