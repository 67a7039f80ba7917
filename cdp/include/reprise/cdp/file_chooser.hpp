// File choosers: what a page shows to ask for files. Headless browsers show none.
#pragma once

#include <reprise/cdp/frame_tree.hpp>

namespace reprise::cdp {

// One that a page wanted to show while choosers were intercepted.
struct FileChooserOpened {
    FrameId frame;
    int field{};      // the backend's number of the <input>; 0: none, a script asked by showOpenFilePicker()
    bool multiple{};  // several files may be chosen
};

}  // namespace reprise::cdp
