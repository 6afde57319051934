// The two kinds of what is stored: truth is synced before anyone hears of it; cache is local, may
// be lost or come back older, and nothing may be decided on it that truth does not bear out.
#pragma once

namespace mainstay {

enum class Axis { Truth, Cache };

}  // namespace mainstay
