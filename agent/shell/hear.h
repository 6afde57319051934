// A frame of the centre as the core's event. Nothing in it is verified here: the executor does
// that.
#pragma once

#include "agent/core/agent.h"
#include "common/core/result.h"

namespace mainstay::agent {

Result<CentreSaid> centre_said(ByteView frame);

}  // namespace mainstay::agent
