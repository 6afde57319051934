#include "agent/apt/source_name.h"

#include <gtest/gtest.h>

namespace mainstay::apt {
namespace {

TEST(SourceNameTest, SignedKernelsGoByTheNameOfTheKernel) {
  EXPECT_EQ(unsigned_source("linux-signed-amd64", "amd64"), "linux");
  EXPECT_EQ(unsigned_source("linux-signed", "amd64"), "linux");
  EXPECT_EQ(unsigned_source("linux-signed-aws", "amd64"), "linux-aws");
  EXPECT_EQ(unsigned_source("linux-signed-hwe-6.8", "amd64"), "linux-hwe-6.8");
}

TEST(SourceNameTest, AllOthersAsTheyAre) {
  EXPECT_EQ(unsigned_source("linux", "amd64"), "linux");
  EXPECT_EQ(unsigned_source("linux-signedish", "amd64"), "linux-signedish");
  EXPECT_EQ(unsigned_source("openssl", "amd64"), "openssl");
  EXPECT_EQ(unsigned_source("", ""), "");
}

}  // namespace
}  // namespace mainstay::apt
