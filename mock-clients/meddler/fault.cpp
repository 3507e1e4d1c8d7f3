#include "meddler/fault.h"

#include <algorithm>
#include <iterator>

namespace smtpspec::meddler {

Faults all_faults() {
    Faults all;
    for (auto part : {form_faults(), hello_faults(), reply_faults(), order_faults(), content_faults(),
                      connection_faults(), next_hop_faults()}) {
        std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace smtpspec::meddler
