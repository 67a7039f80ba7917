// 5. Recordings as tests: one for each row of the data. Run one of them: --gtest_filter=sign_in.ada
#include "shop_test.hpp"

namespace {

// The shop has to be open before the first row: an environment of GoogleTest opens it for the whole run.
class OpenShop : public testing::Environment {
public:
    void SetUp() override {
        server_ = std::make_unique<reprise::fixtures::HttpServer>();
        harbour::serve_shop(*server_, REPRISE_SHOP_SITE);
        reprise::fixtures::set_base_url(server_->url(""));
    }
    void TearDown() override { server_.reset(); }

private:
    std::unique_ptr<reprise::fixtures::HttpServer> server_;
};

const auto* const k_shop = testing::AddGlobalTestEnvironment(new OpenShop);  // GoogleTest owns it

}  // namespace

REPRISE_RECORDINGS("../recordings/sign_in.json", "../data/accounts.csv");
REPRISE_RECORDINGS("../recordings/order.json", "../data/customers.csv");
