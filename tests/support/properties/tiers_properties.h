// What must hold of METHOD 3 on any world, however it was made: shares within
// [0,1], bounds that bracket, harder embargoes that never help, the same bits
// for rows in any order and on both dispatch paths, and the same figures under
// other names and beside an item that says nothing.
#pragma once

#include "tests/support/world/random_tiers.h"

namespace qiangji::domain {

// Checks the world that `choices` makes with the assertions of GoogleTest;
// `shuffle` is the seed of the other order of its rows.
void CheckTiersProperties(test::Choices choices, unsigned shuffle);

}  // namespace qiangji::domain
