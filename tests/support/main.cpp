#define BOOST_TEST_MODULE cardea
#include <boost/test/unit_test.hpp>
