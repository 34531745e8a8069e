#include "config/settings.h"
int main(void)
{
    return 0;
}
